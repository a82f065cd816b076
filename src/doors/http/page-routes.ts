/**
 * Mounts the built pages: GET of exact paths, for the hosts of known institutions only.
 *
 * Pages are open to anyone and show nobody's data: no caller, no journal line. Everything a page
 * then asks goes through the gate like everybody else's requests.
 */
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, faultCode } from '#base/fault';
import { faultPhrase } from '#doors/phrases';
import type { GateParts } from './gate.ts';
import { securePage } from './headers.ts';
import { type PageName, type Pages, pagePaths } from './pages.ts';

const gzipBytesMin = 1024;
const html = 'text/html; charset=utf-8';

export interface PageParts {
  readonly pages: Pages;
  readonly hostOf: GateParts['hostOf'];
}

export function mountPages(server: FastifyInstance, { pages, hostOf }: PageParts): void {
  const zipped = new Map<string, Buffer>();
  const hosted = async (request: FastifyRequest) => {
    const found = await hostOf(request.hostname.toLowerCase());
    if (found === undefined) throw new Fault('http.host_unknown');
    return found;
  };
  for (const [name, url] of pageEntries) {
    server.get(url, async (request, reply) => {
      const { frameOrigins } = await hosted(request);
      const nonce = pages.nonce();
      securePage(reply, { page: name, nonce, frameOrigins });
      return answerPage({ pages, name, nonce, frameOrigins }, request, reply);
    });
  }
  for (const path of pages.paths) {
    const file = pages.file(path);
    if (file === undefined) continue;
    server.get(`/${path}`, async (request, reply) => {
      await hosted(request);
      const keeps = file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
      void reply.header('cache-control', keeps).type(file.media);
      if (file.download) void reply.header('content-disposition', 'attachment');
      if (file.embeds) void reply.header('cross-origin-resource-policy', 'cross-origin');
      const zips = file.bytes.length >= gzipBytesMin && /^(text|application)\//.test(file.media);
      if (!zips) return reply.send(Buffer.from(file.bytes));
      void reply.header('vary', 'accept-encoding');
      if (!acceptsGzip(request)) return reply.send(Buffer.from(file.bytes));
      const body = zipped.get(path) ?? gzipSync(file.bytes);
      zipped.set(path, body);
      return reply.header('content-encoding', 'gzip').send(body);
    });
  }
}

const pageEntries: readonly (readonly [PageName, string])[] = [
  ['start', pagePaths.start],
  ['sign', pagePaths.sign],
  ['verify', pagePaths.verify],
  ['desk', pagePaths.desk],
];

function answerPage(
  asked: { pages: Pages; name: PageName; nonce: string; frameOrigins: readonly string[] },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  try {
    return reply.type(html).send(asked.pages.page(asked.name, asked));
  } catch (thrown) {
    const code = faultCode(thrown);
    const reads = request.headers.accept?.includes('text/html') === true;
    if (code === undefined || !reads) throw thrown;
    // A person stands before it: a sentence in both languages, and the code to tell us.
    const { zh, en } = faultPhrase(code);
    const words = `<p>${zh}</p><p lang="en">${en}</p><p><code>${code}</code></p>`;
    const head = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Fubie</title>';
    return reply.status(503).type(html).send(`${head}${words}</html>`);
  }
}

function acceptsGzip(request: FastifyRequest): boolean {
  const accepted = request.headers['accept-encoding'] ?? '';
  return accepted.split(',').some((one) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(one));
}
