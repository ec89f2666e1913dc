/** What runs now, and what ends it before its time: its client went away, or the server stops. */
import type { FastifyReply } from 'fastify'

export class Runs {
  private readonly running = new Set<AbortController>()
  private unansweredCount = 0

  /** Counts a request until its answer has been sent, or cannot be. */
  count(reply: FastifyReply): void {
    this.unansweredCount++
    reply.raw.once('close', () => this.unansweredCount--)
  }

  get allAnswered(): boolean {
    return this.unansweredCount === 0
  }

  /** Runs `action` with a signal that comes when the connection of `reply` closes, or at `cancelAll`. */
  async run<Result>(reply: FastifyReply, action: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController()
    const cancel = () => controller.abort()
    this.running.add(controller)
    reply.raw.once('close', cancel)
    try {
      return await action(controller.signal)
    } finally {
      reply.raw.off('close', cancel)
      this.running.delete(controller)
    }
  }

  cancelAll(): void {
    for (const controller of this.running) controller.abort()
  }
}
