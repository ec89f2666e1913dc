/** A path and what each method does there; the other methods are told which there are. */
import type { FastifyInstance, HTTPMethods, RouteHandlerMethod } from 'fastify'
import { DatabaseError } from '../core/errors.js'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export function addRoute(
  server: FastifyInstance,
  url: string,
  handlers: Readonly<Partial<Record<Method, RouteHandlerMethod>>>,
): void {
  const methods = Object.keys(handlers) as HTTPMethods[]
  for (const method of methods) server.route({ method, url, handler: handlers[method as Method]! })
  // HEAD comes with GET.
  const taken = methods.includes('GET') ? [...methods, 'HEAD'] : methods
  const others = server.supportedMethods.filter((method) => !taken.includes(method))
  server.route({ method: others, url, handler: async ({ method, url }) => refuse(method, url, methods.join(', ')) })
}

function refuse(method: string, url: string, allowed: string): never {
  throw new DatabaseError('METHOD_REFUSED', `${url} takes ${allowed}, not ${method}`, { method, allowed })
}
