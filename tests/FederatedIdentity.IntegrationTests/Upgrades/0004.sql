-- Migration 0004: users, roles, policies, and keys of session tokens.

update account set name = 'Home; -- ''quoted'' 💥' where id = '000000000000';

insert into iam_user (account_id, name, path, id, tags, created_at) values
    ('000000000000', 'Ursula', '/', 'AIDAUPGRADEURSULA000', '{"team": "a; --"}', '2026-04-01 00:00:00+00'),
    ('210987654321', 'ursula', '/"path"/', 'AIDAUPGRADEURSULA001', '{}', '2026-04-01 00:00:00+00');
insert into iam_user_policy (account_id, user_name, name, document) values
    ('000000000000', 'Ursula', 'all', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}');

insert into access_key (id, account_id, user_name, wrapped_secret, active, created_at, last_used_at, last_used_service, last_used_region)
values ('AKIAPJO5FF6RVWXUBVV2', '000000000000', 'Ursula',
    decode('01f8efe203c93f5584ed94ac698afbe730a473c246ae392eb871f13ae1e79873f07f88729ad9962c1cd92e16ad72dc6cfa35fe34a6750f'
        || '15800e4ecd54edc9a5317d89ebb4441d3dac', 'hex'),
    true, '2026-04-02 00:00:00+00', '2026-04-03 00:00:00+00', 'sts', 'us-east-1');

insert into iam_role (account_id, name, path, id, trust_policy, description, max_session_duration, tags, version, created_at) values
    ('000000000000', 'upgrade', '/', 'AROAUPGRADE000000000',
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazon'
        || 'aws.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"cognito-identity.amazona'
        || 'ws.com:aud": "us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596"}}}}',
        'It''s "the" role; --', 3600, '{"a": "b"}', 4, '2026-04-01 00:00:00+00');
insert into iam_role_policy (account_id, role_name, name, document) values
    ('000000000000', 'upgrade', 'all', '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}');

update open_id_connect_provider set tags = '{"note": "''; --"}' where account_id = '000000000000';

insert into session_key (id, wrapped_key, created_at, retired_at) values
    ('5161f75aa9ba1a11', decode('01f8efe2038d8579a04332f16ccbd998576b923551fc3456750bc20faa02fa6a559a41dcf3a662bde4276792f428b766d8315da0854390'
        || 'f8990316b3de1401b310', 'hex'), now() - interval '1 hour', null),
    ('00000000000000ff', '', now() - interval '2 hours', now() - interval '1 hour');
