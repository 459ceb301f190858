-- What replicas poll to hear of changes to pools, whoever makes them; when guests were last used; who keeps house; orders to rotate.

create table pool_change (
    transaction_id xid8 not null default pg_current_xact_id(),
    n bigint not null generated always as identity,
    pool_id text collate "C",
    account_id text collate "C",
    at timestamptz not null default now(),
    constraint pool_change_pkey primary key (transaction_id, n),
    constraint pool_change_check check (num_nulls(pool_id, account_id) > 0)
);
comment on table pool_change is 'Which pools changed, or all pools of which account, or, with neither, all pools. Filled by triggers, read by every replica, pruned after minutes.';
comment on column pool_change.transaction_id is 'A reader asks for what its last snapshot did not see: numbers are given out in another order than transactions commit in.';

-- The schema is that of the changed table, whatever the search path of the one who changes it.
create function note_pool_change() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'identity_pool' then
        execute format('insert into %I.pool_change (pool_id) values ($1)', tg_table_schema) using old.id;
    else
        execute format(
            'insert into %I.pool_change (pool_id) select distinct pool_id from unnest($1) as changed (pool_id) where pool_id is not null',
            tg_table_schema) using array[old.pool_id, new.pool_id];
    end if;
    return null;
end
$$;

create function note_provider_change() returns trigger language plpgsql as $$
begin
    execute format(
        'insert into %I.pool_change (account_id) select distinct id from unnest($1) as changed (id) where id is not null',
        tg_table_schema) using array[old.account_id, new.account_id];
    return null;
end
$$;

-- The clients of a deleted provider go with it, and its own trigger has noted the account.
create function note_provider_client_change() returns trigger language plpgsql as $$
begin
    execute format(
        'insert into %1$I.pool_change (account_id) select distinct account_id from %1$I.open_id_connect_provider where arn = any ($1)',
        tg_table_schema) using array[old.arn, new.arn];
    return null;
end
$$;

create function note_any_pool_change() returns trigger language plpgsql as $$
begin
    execute format('insert into %I.pool_change default values', tg_table_schema);
    return null;
end
$$;

-- A pool that is new needs no note: nobody remembers that there was none.
create trigger note_change after update or delete on identity_pool for each row execute function note_pool_change();
create trigger note_change after insert or update or delete on identity_pool_tag for each row execute function note_pool_change();
create trigger note_change after insert or update or delete on open_id_connect_provider
    for each row execute function note_provider_change();
create trigger note_change after insert or update or delete on open_id_connect_provider_client
    for each row execute function note_provider_client_change();
create trigger note_change after insert or update or delete on saml_provider for each row execute function note_provider_change();
create trigger note_truncation after truncate on identity_pool execute function note_any_pool_change();
create trigger note_truncation after truncate on identity_pool_tag execute function note_any_pool_change();
create trigger note_truncation after truncate on open_id_connect_provider execute function note_any_pool_change();
create trigger note_truncation after truncate on open_id_connect_provider_client execute function note_any_pool_change();
create trigger note_truncation after truncate on saml_provider execute function note_any_pool_change();

-- Since when a tag has had its value: whoever sets or changes how long guests are kept gives all of them the whole time from then.
alter table identity_pool_tag add column since timestamptz not null default now();
comment on column identity_pool_tag.since is 'When the tag got its value.';

create function renew_since() returns trigger language plpgsql as $$
begin
    new.since := now();
    return new;
end
$$;

create trigger renew_since before update on identity_pool_tag
    for each row when (old.value is distinct from new.value) execute function renew_since();

-- Partial, to be read as a whole: which pools forget their guests.
create index identity_pool_tag_guest_retention_idx on identity_pool_tag (pool_id) where key = 'federated-identity:guest-retention-days';

-- By the database's clock alone, so that no replica's wrong clock makes a guest look old. Not indexed, so that noting a use rewrites no index.
alter table identity add column last_used_at timestamptz;
alter table identity alter column last_used_at set default now();
comment on column identity.last_used_at is 'About when a guest was last used, kept only where guests have an end; null when it was created before there was this column.';

alter table signing_key add column rotation_ordered boolean not null default false;
comment on column signing_key.rotation_ordered is 'Of a next key: an operator wants it to sign as soon as it was published long enough.';

create table housekeeping (
    name text collate "C" not null,
    holder text collate "C" not null,
    expires_at timestamptz not null,
    steady_since timestamptz not null,
    constraint housekeeping_pkey primary key (name)
);
comment on table housekeeping is 'Which replica keeps house, until when.';
comment on column housekeeping.steady_since is 'Since when somebody has kept house without a gap of a day; nothing is known of uses in such a gap.';
