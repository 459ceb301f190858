-- Logins read the columns beside the metadata document, never the document itself: it may have ten million characters.

create table saml_provider (
    arn text collate "C" not null,
    account_id text collate "C" not null,
    name text collate "C" not null,
    id uuid not null,
    metadata text not null,
    entity_id text collate "C" not null,
    signing_keys bytea[] not null,
    valid_until timestamptz,
    tags jsonb not null default '{}',
    version integer not null,
    created_at timestamptz not null,
    constraint saml_provider_pkey primary key (arn),
    constraint saml_provider_account_id_fkey foreign key (account_id) references account (id),
    constraint saml_provider_signing_keys_check check (cardinality(signing_keys) > 0),
    constraint saml_provider_tags_check check (jsonb_typeof(tags) = 'object'),
    constraint saml_provider_version_check check (version > 0)
);
-- Both columns: while there are no statistics the planner would read all providers of an account rather than look an ARN up.
create index saml_provider_account_id_arn_idx on saml_provider (account_id, arn);
comment on table saml_provider is 'IAM SAML providers of an account. A pool that names an ARN without a row here trusts nobody by it.';
comment on column saml_provider.id is 'SAMLProviderUUID.';
comment on column saml_provider.signing_keys is 'Public keys of the metadata''s signing certificates, as SubjectPublicKeyInfo. Any of them may have signed.';
comment on column saml_provider.valid_until is 'From then on the metadata vouches for nobody.';
