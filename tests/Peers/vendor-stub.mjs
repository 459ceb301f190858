// What the stub vendors have in common: one HTTP server on loopback, a record of what was asked, and a control channel for tests.
//
//   PORT                       where to listen; 0 or absent means any free port. 'ready <url>' on standard output says which.
//   POST /__stub/<name>        a vendor's own controls, with a JSON object as body
//   POST /__stub/faults        {path, status, body, type, headers, hang, close, times}: the next answers on a path. 'body' is an
//                              object or raw text; 'hang' never answers, 'close' cuts the connection; 'times' is 1 if absent
//   GET  /__stub/requests      [{method, path, parameters: [[name, value], …], headers}], decoded as the vendor reads them
//   POST /__stub/reset         forgets faults and requests
import http from 'node:http';

const CONTROL = '/__stub/';

/** Every parameter in its order, also a repeated one: a form's plus is a space, and nothing is decoded twice. */
export function decodeParameters(query) {
  const decode = (text) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return text;
    }
  };
  return query === '' ? [] : query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
}

/** The single value of a parameter; undefined when it is absent or repeated. */
export function single(request, name) {
  const values = request.parameters.filter(([given]) => given === name);
  return values.length === 1 ? values[0][1] : undefined;
}

export const json = (status, body, headers = {}) => ({ status, body, headers, type: 'application/json; charset=UTF-8' });

async function readBody(incoming) {
  const chunks = [];
  for await (const chunk of incoming) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function write(response, { status = 200, body = '', headers = {}, type = 'application/json' }) {
  response.writeHead(status, { 'Content-Type': type, ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Runs a vendor: answer(request) returns {status, body, headers}; controls are functions by name. */
export function serveVendor({ answer, controls }) {
  const requests = [];
  const faults = [];

  const builtIn = {
    requests: () => requests,
    faults: (fault) => void faults.push({ times: 1, ...fault }),
    reset: () => {
      requests.length = 0;
      faults.length = 0;
    },
  };

  function nextFault(path) {
    const at = faults.findIndex((fault) => path.endsWith(fault.path));
    if (at < 0) {
      return undefined;
    }
    const fault = faults[at];
    fault.times -= 1;
    if (fault.times <= 0) {
      faults.splice(at, 1);
    }
    return fault;
  }

  function control(name, body, response) {
    const action = { ...controls, ...builtIn }[name];
    if (!action) {
      write(response, json(404, { error: `no control ${name}` }));
      return;
    }
    write(response, json(200, action(body === '' ? {} : JSON.parse(body)) ?? {}));
  }

  function serve(request, response) {
    requests.push(request);
    const fault = nextFault(request.path);
    if (fault?.hang) {
      return;
    }
    if (fault?.close) {
      response.socket.destroy();
      return;
    }
    write(response, fault ?? answer(request));
  }

  const server = http.createServer(async (incoming, response) => {
    const question = incoming.url.indexOf('?');
    const path = question < 0 ? incoming.url : incoming.url.slice(0, question);
    const query = question < 0 ? '' : incoming.url.slice(question + 1);
    const body = await readBody(incoming);
    if (path.startsWith(CONTROL)) {
      control(path.slice(CONTROL.length), body, response);
      return;
    }
    serve({ method: incoming.method, path, parameters: decodeParameters(query), headers: incoming.headers, body }, response);
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => process.exit(0));
  }
}
