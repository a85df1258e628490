-- The transfer without log and without HTTP: balance check, two postings, one row, durable commit. Accounts are locked in ascending order.
\set a random(1, 9999)
\set b random(:a + 1, 10000)
BEGIN;
UPDATE account SET balance = balance - 1 WHERE id = :a AND balance - held - 1 >= floor;
UPDATE account SET balance = balance + 1 WHERE id = :b;
INSERT INTO transfer (debit, credit, amount) VALUES (:a, :b, 1);
COMMIT;
