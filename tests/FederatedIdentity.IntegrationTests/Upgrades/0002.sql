-- Migration 0002: roles of a pool, how claims choose one, and which become principal tags.

update identity_pool set roles = '{"authenticated": "arn:aws:iam::000000000000:role/upgrade", "unauthenticated": "arn:aws:iam::000000000000:role/upgrade"}' where id = 'us-east-1:2c5b8882-a916-4551-aa0c-c350746f1596';
update identity_pool set
    role_mappings = '{"accounts.google.com": {"type": "Rules", "ambiguous": "Deny", "rules": [
        {"claim": "sub", "match": "Equals", "value": "it''s \u0000 \"quoted\"", "role_arn": "arn:aws:iam::000000000000:role/upgrade"}]}}',
    principal_tag_maps = '{"accounts.google.com": {"use_defaults": false, "tags": {"department; --": "custom:\u65e5"}}}'
where id = 'us-east-1:11111111-0000-4000-8000-000000000003';
