import { z } from 'zod';
import { seedFileSchema } from '../seed-schema.ts';
import { type ControlRoute, carriesBody, operation } from './operation.ts';

type Routes = () => readonly ControlRoute[];

export const listOperations = (routes: Routes) =>
  operation({
    summary: 'This list.',
    answer: (_, { origin }) => ({
      sandbox: 'An authority that behaves like Microsoft Entra, for development: its secrets are public.',
      openapi: `${origin}/sandbox/openapi.json`,
      operations: routes().map((route) => {
        const [method, path, { summary }] = route;
        return { method, path: path.replace(/:(\w+)/g, '{$1}'), summary, example: exampleOf(origin, route) };
      }),
    }),
  });

const sampleParameters: Readonly<Record<string, string>> = {
  userPrincipalName: 'john.doe@contoso.com',
  userCode: 'BCDFGHJKL',
  appId: '00001111-aaaa-2222-bbbb-3333cccc4444',
};

/** A line to paste; the shell is told nothing that a quote in an example could break. */
function exampleOf(origin: string, [method, path, { example }]: ControlRoute): string {
  const url = `${origin}${path.replace(/:(\w+)/g, (_, name: string) => sampleParameters[name] ?? name)}`;
  const asked = method === 'GET' ? 'curl' : `curl -X ${method}`;
  if (!carriesBody(method)) {
    return example === undefined ? `${asked} ${url}` : `${asked} '${url}?${new URLSearchParams(example as never)}'`;
  }
  const body = JSON.stringify(example ?? {}).replaceAll("'", "'\\''");
  return `${asked} ${url} -H 'Content-Type: application/json' -d '${body}'`;
}

/** The control API in OpenAPI 3.1, from the schemas it validates with. */
export const describeControl = (routes: Routes) =>
  operation({
    summary: 'This API in OpenAPI 3.1.',
    answer: ({ version }, { origin }) => {
      const paths: Record<string, Record<string, object>> = {};
      for (const route of routes()) {
        const [method, path] = route;
        const place = path.replace(/:(\w+)/g, '{$1}');
        paths[place] = { ...paths[place], [method.toLowerCase()]: describedOperation(route) };
      }
      return {
        openapi: '3.1.0',
        info: { title: 'Control the sandbox', version },
        servers: [{ url: origin }],
        paths,
        components: { schemas: { SeedFile: jsonSchema(seedFileSchema), Error: errorSchema } },
      };
    },
  });

function describedOperation([method, path, { summary, body, query, takesSeedFile, example }]: ControlRoute): object {
  const schema = takesSeedFile ? { $ref: '#/components/schemas/SeedFile' } : jsonSchema(body);
  const mediaTypes = ['application/json', ...(takesSeedFile ? ['application/yaml'] : [])];
  const { properties = {}, required = [] } = jsonSchema(query);
  const inQuery = Object.entries(properties).map(([name, parameter]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: parameter,
  }));
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const takesBody = carriesBody(method);
  const media = { schema, ...(example === undefined ? {} : { example }) };
  return {
    summary,
    parameters: [...inPath, ...inQuery],
    ...(takesBody
      ? { requestBody: { content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, media])) } }
      : {}),
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: { type: 'object' } } } },
      '4XX': {
        description: 'Refused: what is wrong, with what, and what to do.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function jsonSchema(schema: z.ZodType): { readonly properties?: object; readonly required?: readonly string[] } {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, target: { type: 'string' } },
    },
  },
};
