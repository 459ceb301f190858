-- Who may administer an account, and which roles its identities may assume: the part of IAM that this server speaks.
-- Names are unique regardless of case, as in IAM. No code has ever written user_arn.

alter table account add column name text;
comment on column account.name is 'What the operator calls it; nothing depends on it.';

create table iam_user (
    account_id text collate "C" not null,
    name text collate "C" not null,
    path text collate "C" not null,
    id text collate "C" not null,
    tags jsonb not null default '{}',
    created_at timestamptz not null,
    constraint iam_user_pkey primary key (account_id, name),
    constraint iam_user_id_key unique (id),
    constraint iam_user_account_id_fkey foreign key (account_id) references account (id)
);
create unique index iam_user_account_id_lower_idx on iam_user (account_id, lower(name));
comment on table iam_user is 'IAM users: who owns access keys beside the account''s root.';
comment on column iam_user.id is 'AIDA…, never given out twice, so that a user created again under an old name is another user.';

create table iam_user_policy (
    account_id text collate "C" not null,
    user_name text collate "C" not null,
    name text collate "C" not null,
    document text not null,
    constraint iam_user_policy_pkey primary key (account_id, user_name, name),
    constraint iam_user_policy_user_fkey foreign key (account_id, user_name) references iam_user (account_id, name)
);
comment on table iam_user_policy is 'Inline policies of users, validated when they were written.';

create table iam_role (
    account_id text collate "C" not null,
    name text collate "C" not null,
    path text collate "C" not null,
    id text collate "C" not null,
    trust_policy text not null,
    description text,
    max_session_duration integer not null,
    tags jsonb not null default '{}',
    version integer not null,
    created_at timestamptz not null,
    constraint iam_role_pkey primary key (account_id, name),
    constraint iam_role_id_key unique (id),
    constraint iam_role_account_id_fkey foreign key (account_id) references account (id),
    constraint iam_role_max_session_duration_check check (max_session_duration between 3600 and 43200)
);
create unique index iam_role_account_id_lower_idx on iam_role (account_id, lower(name));
comment on table iam_role is 'IAM roles, assumed through STS by whom their trust policy names.';
comment on column iam_role.id is 'AROA…, never given out twice.';

create table iam_role_policy (
    account_id text collate "C" not null,
    role_name text collate "C" not null,
    name text collate "C" not null,
    document text not null,
    constraint iam_role_policy_pkey primary key (account_id, role_name, name),
    constraint iam_role_policy_role_fkey foreign key (account_id, role_name) references iam_role (account_id, name)
);
comment on table iam_role_policy is 'Inline policies of roles, validated when they were written.';

alter table access_key
    drop column user_arn,
    add column user_name text collate "C",
    add column last_used_at timestamptz,
    add column last_used_service text collate "C",
    add column last_used_region text collate "C",
    add constraint access_key_user_fkey foreign key (account_id, user_name) references iam_user (account_id, name);
create index access_key_account_id_user_name_idx on access_key (account_id, user_name);
comment on table access_key is 'Long-term keys that sign requests. The secret is wrapped by the master key; no user means the account''s root.';
comment on column access_key.last_used_at is 'Written now and then, not with every call.';

alter table open_id_connect_provider add column tags jsonb not null default '{}';

create table session_key (
    id text collate "C" not null,
    wrapped_key bytea not null,
    created_at timestamptz not null,
    retired_at timestamptz,
    constraint session_key_pkey primary key (id)
);
comment on table session_key is 'Keys that seal session tokens, wrapped by the master key. The youngest seals; one that is retired opens nothing any more.';
