-- What GetCredentialsForIdentity and tokens need to know of a pool. json, not jsonb: values come from callers, and json keeps every
-- string that JSON can write, U+0000 included, as it was given.

alter table identity_pool
    add column roles json not null default '{}',
    add column role_mappings json not null default '{}',
    add column principal_tag_maps json not null default '{}',
    add constraint identity_pool_roles_check check (json_typeof(roles) = 'object'),
    add constraint identity_pool_role_mappings_check check (json_typeof(role_mappings) = 'object'),
    add constraint identity_pool_principal_tag_maps_check check (json_typeof(principal_tag_maps) = 'object');
comment on column identity_pool.roles is 'Default role ARNs: authenticated, unauthenticated.';
comment on column identity_pool.role_mappings is 'By provider: how a login''s claims choose a role.';
comment on column identity_pool.principal_tag_maps is 'By provider: which claims become principal tags.';
