// Asks a Ganglion server about two texts, without an SDK.
//
//   npm install @grpc/grpc-js @grpc/proto-loader
//   node examples/node/classify.mjs 127.0.0.1:60061 "It rained." "It was wet."

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(join(process.cwd(), 'package.json')) // what the caller has installed
const grpc = require('@grpc/grpc-js')
const loader = require('@grpc/proto-loader')

const [target, textA, textB] = process.argv.slice(2)
if (textB === undefined) {
  console.error('Usage: classify.mjs HOST:PORT TEXT_A TEXT_B')
  process.exit(2)
}

const contracts = fileURLToPath(new URL('../../proto/src/main/proto', import.meta.url))
const definition = loader.loadSync('ganglion/v1/classifier.proto', {
  includeDirs: [contracts],
  keepCase: true
})
const { PairClassifier } = grpc.loadPackageDefinition(definition).ganglion.v1

const client = new PairClassifier(target, grpc.credentials.createInsecure())
const request = { text_a: textA, text_b: textB }
// With a deadline, the server does not start what nobody waits for any more.
client.Classify(request, { deadline: Date.now() + 2000 }, (error, answer) => {
  client.close()
  if (error) {
    console.error(`${grpc.status[error.code]}: ${error.details}`)
    process.exit(1)
  }
  console.log(`${answer.label}, probability ${Math.max(...answer.probabilities).toFixed(3)}`)
})
