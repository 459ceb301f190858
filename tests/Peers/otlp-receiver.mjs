// A receiver of OTLP, by HTTP and by gRPC, that reads with OpenTelemetry's own definition of the messages (npm otlp-transformer).
//
//   PORT, GRPC_PORT    where to listen; 0 or absent means any free port. 'ready <http url> <grpc url>' on standard output says which.
//   GET  /received     {traces, metrics, logs, paths, headers}: all requests so far as JSON, ids as hex, and how they came
//   POST /status       a number: the status of all further answers by HTTP
import http from 'node:http';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

const { opentelemetry } = createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root.js');
const collector = opentelemetry.proto.collector;
const signals = {
  traces: collector.trace.v1.ExportTraceServiceRequest,
  metrics: collector.metrics.v1.ExportMetricsServiceRequest,
  logs: collector.logs.v1.ExportLogsServiceRequest,
};
const services = { TraceService: 'traces', MetricsService: 'metrics', LogsService: 'logs' };
const received = { traces: [], metrics: [], logs: [], paths: [], headers: [] };
let status = 200;

/** Bytes are ids here; everything else is as protobuf's JSON has it. */
const plain = (value) => value instanceof Uint8Array ? Buffer.from(value).toString('hex')
  : Array.isArray(value) ? value.map(plain)
  : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
  : value;

function keep(signal, path, headers, bytes) {
  const type = signals[signal];
  received[signal].push(plain(type.toObject(type.decode(bytes), { longs: String, enums: String })));
  received.paths.push(path);
  received.headers.push({ ...headers });
}

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const byHttp = http.createServer(async (request, response) => {
  const body = await read(request);
  if (request.url === '/received') {
    response.end(JSON.stringify(received));
  } else if (request.url === '/status') {
    status = Number(body);
    response.end();
  } else {
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    keep(request.url.split('/').at(-1), request.url, request.headers, bytes);
    response.writeHead(status, { 'Content-Type': 'application/x-protobuf' });
    response.end();
  }
});

// One message a call: a byte that tells whether it is compressed, its length in four, and the message.
const byGrpc = http2.createServer();
byGrpc.on('stream', async (stream, headers) => {
  const body = await read(stream);
  const path = headers[':path'];
  const message = body.subarray(5, 5 + body.readUInt32BE(1));
  keep(services[path.split('/')[1].split('.').at(-1)], path, headers, body[0] === 1 ? gunzipSync(message) : message);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.alloc(5));
});

const listen = (server, port) => new Promise((resolve) => {
  server.listen(Number(port ?? 0), '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
});
console.log(`ready ${await listen(byHttp, process.env.PORT)} ${await listen(byGrpc, process.env.GRPC_PORT)}`);
