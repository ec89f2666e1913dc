/**
 * Keeps web pages from asking a server that listens for the programs of its own machine.
 *
 * A page that somebody visits can send requests to 127.0.0.1. The browser names the page in `Origin`. A page of a host
 * whose name its owner points to 127.0.0.1 after it was loaded ("DNS rebinding") is of one origin with the server for
 * the browser, which then lets it read the answers; but it still names the host in `Host`. So both must name this
 * machine, or a host that the owner of the server allows. Programs send no `Origin`, and ask for 127.0.0.1 or localhost.
 *
 * A server that listens on other addresses cannot know by which names it is reached, so there nothing is refused.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { DatabaseError } from '../core/errors.js'

interface Listening {
  /** The host of the server's own address. */
  readonly host: string
  readonly allowedHosts: readonly string[]
}

/** Throws HOST_REFUSED for a request that a web page could have sent. */
export function mustNotBeWebPage({ host, origin }: IncomingHttpHeaders, { host: own, allowedHosts }: Listening): void {
  if (!isThisMachine(hostnameOf(`http://${bracketed(own)}`))) return
  const allowed = (url: string) => {
    const name = hostnameOf(url)
    return isThisMachine(name) || allowedHosts.includes(name)
  }
  // HTTP/1.0 knows requests without a host; browsers do not.
  if (host !== undefined && !allowed(`http://${host}`)) throw refused('Host', host)
  if (origin !== undefined && !allowed(origin)) throw refused('Origin', origin)
}

/** Empty for what is no URL, as the origin `null` of a page from a file. */
function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}

/** The port is of no matter: whoever serves pages from this machine runs programs on it. */
function isThisMachine(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** An IPv6 address as URLs have it. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function refused(header: string, value: string): DatabaseError {
  return new DatabaseError(
    'HOST_REFUSED',
    `${header} is '${value}': a web page could have sent this, and the server listens for programs of its own machine`,
    { header, value, hint: 'Ask for localhost or 127.0.0.1, or start the server with --allow-host and the name.' },
  )
}
