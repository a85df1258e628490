// The peer: fastify + PostgreSQL, the same durable transfer per request (idempotency key, balance check, two postings, log leaf, commit).
// Environment: DATABASE_URL, PORT, POOL.
import { createHash, randomBytes } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL ?? 16) });
const app = Fastify({ logger: false });

const schema = {
  body: {
    type: 'object',
    required: ['from', 'to', 'amount'],
    additionalProperties: false,
    properties: {
      from: { type: 'string', pattern: '^[0-9]+$' },
      to: { type: 'string', pattern: '^[0-9]+$' },
      amount: { type: 'integer', minimum: 1 },
      ref: { type: 'string', maxLength: 64 },
    },
  },
};

app.post('/api/ledger/transfers', { schema }, async (request, reply) => {
  const key = request.headers['idempotency-key'];
  if (!key) return reply.code(400).send({ title: 'Idempotency-Key is missing' });
  const { from, to, amount } = request.body;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const made = await client.query({ name: 'transfer', text: 'INSERT INTO transfer (debit, credit, amount) VALUES ($1, $2, $3) RETURNING id', values: [from, to, amount] });
    const id = made.rows[0].id;
    const fresh = await client.query({ name: 'key', text: 'INSERT INTO idempotency (key, transfer) VALUES ($1, $2) ON CONFLICT DO NOTHING', values: [key, id] });
    if (fresh.rowCount === 0) {
      await client.query('ROLLBACK');
      const first = await client.query({ name: 'first', text: 'SELECT transfer FROM idempotency WHERE key = $1', values: [key] });
      return reply.code(201).send({ id: first.rows[0].transfer });
    }
    const debit = { name: 'debit', text: 'UPDATE account SET balance = balance - $2 WHERE id = $1 AND balance - held - $2 >= floor', values: [from, amount] };
    const credit = { name: 'credit', text: 'UPDATE account SET balance = balance + $2 WHERE id = $1', values: [to, amount] };
    // Rows are locked in ascending order so that two transfers never wait for each other.
    const order = BigInt(from) < BigInt(to) ? [debit, credit] : [credit, debit];
    for (const statement of order) {
      const done = await client.query(statement);
      if (done.rowCount === 0) {
        await client.query('ROLLBACK');
        return reply.code(409).send({ title: 'Not enough' });
      }
    }
    const record = JSON.stringify({ what: 'ledger.transfer', id, from, to, amount });
    const salt = randomBytes(32);
    const commitment = createHash('sha256').update(salt).update(record).digest();
    await client.query({ name: 'log', text: 'INSERT INTO log_entry (ref, record, salt, commitment) VALUES ($1, $2, $3, $4)', values: [id, record, salt, commitment] });
    await client.query('COMMIT');
    return reply.code(201).send({ id });
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
});

await app.listen({ port: Number(process.env.PORT ?? 8090), host: '127.0.0.1' });
