-- Migration 0005: changes of pools, uses of guests, orders to rotate, and who keeps house.

insert into pool_change (pool_id) values ('us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596');
insert into pool_change (account_id, at) values ('000000000000', now() - interval '5 minutes');
insert into pool_change default values;

insert into identity_pool_tag (pool_id, key, value, since) values
    ('us-east-1:11111111-0000-4000-8000-000000000001', 'federated-identity:guest-retention-days', '30', now() - interval '3 days');
insert into identity (id, pool_id, state, version, created_at, modified_at, last_used_at) values
    ('us-east-1:00000007-0000-4000-8000-000000000007', 'us-east-1:11111111-0000-4000-8000-000000000001', 0, 1,
        '2026-05-01 00:00:00+00', '2026-05-01 00:00:00+00', now() - interval '2 days');

update signing_key set rotation_ordered = false where state = 'next';

insert into housekeeping (name, holder, expires_at, steady_since) values
    ('housekeeping', 'replica "1"; --', now() - interval '1 minute', now() - interval '10 days');
