-- Every text key is compared ordinally, so it is COLLATE "C". Runs inside the migrator's transaction.

create table account (
    id text collate "C" not null,
    created_at timestamptz not null,
    constraint account_pkey primary key (id),
    constraint account_id_check check (id ~ '^[0-9]{12}$')
);
comment on table account is 'Who owns pools, access keys and provider registrations.';

create table access_key (
    id text collate "C" not null,
    account_id text collate "C" not null,
    user_arn text collate "C",
    wrapped_secret bytea not null,
    active boolean not null,
    created_at timestamptz not null,
    constraint access_key_pkey primary key (id),
    constraint access_key_account_id_fkey foreign key (account_id) references account (id)
);
comment on table access_key is 'Long-term keys that sign requests. The secret is wrapped by the master key; no user_arn means the account''s root.';

create table identity_pool (
    id text collate "C" not null,
    account_id text collate "C" not null,
    sequence bigint generated always as identity,
    name text not null,
    allow_unauthenticated boolean not null,
    allow_classic_flow boolean,
    developer_provider_name text collate "C",
    supported_login_providers jsonb not null,
    cognito_identity_providers jsonb not null,
    open_id_connect_provider_arns text[] collate "C" not null,
    saml_provider_arns text[] collate "C" not null,
    version integer not null,
    created_at timestamptz not null,
    modified_at timestamptz not null,
    deleted_at timestamptz,
    constraint identity_pool_pkey primary key (id),
    constraint identity_pool_account_id_fkey foreign key (account_id) references account (id),
    constraint identity_pool_supported_login_providers_check check (jsonb_typeof(supported_login_providers) = 'object'),
    constraint identity_pool_cognito_identity_providers_check check (jsonb_typeof(cognito_identity_providers) = 'array'),
    constraint identity_pool_version_check check (version > 0)
);
-- Not partial: while there are no statistics the planner would read a partial index as a whole rather than look an id up.
create index identity_pool_account_id_sequence_idx on identity_pool (account_id, sequence);
create index identity_pool_deleted_at_idx on identity_pool (deleted_at) where deleted_at is not null;
comment on table identity_pool is 'Identity pools. One with deleted_at is gone for every reader; its identities and at last its row are reaped later.';
comment on column identity_pool.sequence is 'Order of creation, for paging.';

create table identity_pool_tag (
    pool_id text collate "C" not null,
    key text collate "C" not null,
    value text not null,
    constraint identity_pool_tag_pkey primary key (pool_id, key),
    constraint identity_pool_tag_pool_id_fkey foreign key (pool_id) references identity_pool (id) on delete cascade
);
comment on table identity_pool_tag is 'The tags of an identity pool.';

-- No foreign key to identity_pool: its key-share lock on the one hot pool row would serialise inserts. Instead every insert selects
-- the live pool in the same statement, and the reaper takes the pool row last, long after such a statement can still be running.
create table identity (
    id text collate "C" not null,
    pool_id text collate "C" not null,
    sequence bigint generated always as identity,
    state smallint not null,
    version integer not null,
    created_at timestamptz not null,
    modified_at timestamptz not null,
    constraint identity_pkey primary key (id),
    constraint identity_state_check check (state in (0, 1, 2)),
    constraint identity_version_check check (version > 0)
);
create index identity_pool_id_sequence_idx on identity (pool_id, sequence);
comment on table identity is 'Identities. Read them joined with a live pool, because those of a deleted pool linger until reaped.';
comment on column identity.state is '0 unauthenticated, 1 authenticated, 2 disabled; never back to a lower number.';
comment on column identity.version is 'Changes with every change of this row or of its logins, before the logins are touched.';

create table login (
    pool_id text collate "C" not null,
    kind smallint not null,
    provider text collate "C" not null,
    subject text collate "C" not null,
    full_subject bytea,
    identity_id text collate "C" not null,
    created_at timestamptz not null,
    constraint login_pkey primary key (pool_id, kind, provider, subject),
    constraint login_identity_id_fkey foreign key (identity_id) references identity (id) on delete cascade,
    constraint login_kind_check check (kind in (0, 1)),
    constraint login_provider_check check (octet_length(provider) <= 512),
    constraint login_subject_check check (octet_length(subject) <= 512),
    constraint login_full_subject_check check ((full_subject is not null) = starts_with(subject, 'sha256:'))
);
-- One index for two duties: the logins of an identity, and at most one login of each public provider on it.
create unique index login_identity_id_idx on login (identity_id, kind, provider, (case when kind = 1 then subject else '' end));
comment on table login is 'Who owns which login. The primary key is the truth that concurrent requests race for.';
comment on column login.kind is '0 public provider, 1 the pool owner''s own backend.';
comment on column login.subject is 'The provider''s user id, or sha256:<base64url of the SHA-256 of full_subject>.';
comment on column login.full_subject is 'The user id as UTF-16LE, when it is too long for an index or not storable as text.';

create table open_id_connect_provider (
    arn text collate "C" not null,
    account_id text collate "C" not null,
    url text collate "C" not null,
    thumbprints text[] collate "C" not null,
    created_at timestamptz not null,
    constraint open_id_connect_provider_pkey primary key (arn),
    constraint open_id_connect_provider_account_id_fkey foreign key (account_id) references account (id)
);
create index open_id_connect_provider_account_id_idx on open_id_connect_provider (account_id);
comment on table open_id_connect_provider is 'IAM OIDC providers of an account. A pool that names an ARN without a row here trusts nobody by it.';

create table open_id_connect_provider_client (
    arn text collate "C" not null,
    client_id text collate "C" not null,
    constraint open_id_connect_provider_client_pkey primary key (arn, client_id),
    constraint open_id_connect_provider_client_arn_fkey
        foreign key (arn) references open_id_connect_provider (arn) on delete cascade
);
comment on table open_id_connect_provider_client is 'The audiences an OIDC provider may vouch for.';

create table signing_key (
    kid text collate "C" not null,
    number integer not null,
    algorithm text collate "C" not null,
    state text collate "C" not null,
    public_jwk json not null,
    wrapped_private_key bytea not null,
    created_at timestamptz not null,
    activated_at timestamptz,
    retired_at timestamptz,
    constraint signing_key_pkey primary key (kid),
    constraint signing_key_number_key unique (number),
    constraint signing_key_algorithm_check check (algorithm in ('RS512', 'RS256', 'ES256')),
    constraint signing_key_state_check check (state in ('next', 'current', 'retired'))
);
create unique index signing_key_current_idx on signing_key (algorithm) where state = 'current';
comment on column signing_key.public_jwk is 'As published; json, not jsonb, keeps the order of the members.';
comment on table signing_key is 'Keys that sign our tokens; the private key is wrapped by the master key. At most one signs for an algorithm.';
