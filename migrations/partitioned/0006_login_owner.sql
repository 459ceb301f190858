-- Instead of ../0006_login_owner.sql, where the first run of migrate was told to make partitions and there are no identities yet: the same
-- tables, divided by hash, each by what nearly every statement knows of it. How many partitions: federated_identity.partitions, as migrate
-- says in this transaction. All that changes identity or login in later files applies to these tables too.

-- Whoever created an identity a moment ago loses nothing: then there is an error, and nothing has happened.
lock table identity, login in access exclusive mode;
do $$
begin
    if exists (select from identity) then
        raise exception 'There are identities already, so the tables stay as they are.';
    end if;
end
$$;
drop table login;
drop table identity;

-- The id is unique because the partition follows from it. Pages of a pool are merged from all partitions, in the order of sequence.
create table identity (
    id text collate "C" not null,
    pool_id text collate "C" not null,
    sequence bigint generated always as identity,
    state smallint not null,
    version integer not null,
    created_at timestamptz not null,
    modified_at timestamptz not null,
    last_used_at timestamptz default now(),
    constraint identity_pkey primary key (id),
    constraint identity_state_check check (state in (0, 1, 2)),
    constraint identity_version_check check (version > 0)
) partition by hash (id);
create index identity_pool_id_sequence_idx on identity (pool_id, sequence);
comment on table identity is 'Identities. Read them joined with a live pool, because those of a deleted pool linger until reaped.';
comment on column identity.state is '0 unauthenticated, 1 authenticated, 2 disabled; never back to a lower number.';
comment on column identity.version is 'Changes with every change of this row or of its logins, before the logins are touched.';
comment on column identity.last_used_at is 'About when a guest was last used, kept only where guests have an end; null when it was created before there was this column.';

-- Where its identity would be, so that the logins of an identity are in one partition. A login that moves to another identity moves here.
create table login (
    pool_id text collate "C" not null,
    kind smallint not null,
    provider text collate "C" not null,
    subject text collate "C" not null,
    full_subject bytea,
    identity_id text collate "C" not null,
    created_at timestamptz not null,
    constraint login_pkey primary key (identity_id, kind, provider, subject),
    constraint login_identity_id_fkey foreign key (identity_id) references identity (id) on delete cascade,
    constraint login_kind_check check (kind in (0, 1)),
    constraint login_provider_check check (octet_length(provider) <= 512),
    constraint login_subject_check check (octet_length(subject) <= 512),
    constraint login_full_subject_check check ((full_subject is not null) = starts_with(subject, 'sha256:'))
) partition by hash (identity_id);
create unique index login_identity_id_idx on login (identity_id, kind, provider, (case when kind = 1 then subject else '' end));
comment on table login is 'The logins of identities. login_owner has what makes them unique.';
comment on column login.kind is '0 public provider, 1 the pool owner''s own backend.';
comment on column login.subject is 'The provider''s user id, or sha256:<base64url of the SHA-256 of full_subject>.';
comment on column login.full_subject is 'The user id as UTF-16LE, when it is too long for an index or not storable as text.';

-- The index that plain tables have over login, as a table: only so can its partition follow from the login.
create table login_owner (
    pool_id text collate "C" not null,
    kind smallint not null,
    provider text collate "C" not null,
    subject text collate "C" not null,
    identity_id text collate "C" not null,
    constraint login_owner_pkey primary key (pool_id, kind, provider, subject)
) partition by hash (subject);
comment on table login_owner is 'Who owns which login, kept by triggers of login. The primary key is the truth that concurrent requests race for.';

do $$
declare
    partitions constant integer := current_setting('federated_identity.partitions')::integer;
begin
    for n in 0 .. partitions - 1 loop
        execute format('create table identity_p%1$s partition of identity for values with (modulus %2$s, remainder %1$s)', n, partitions);
        execute format('create table login_p%1$s partition of login for values with (modulus %2$s, remainder %1$s)', n, partitions);
        execute format('create table login_owner_p%1$s partition of login_owner for values with (modulus %2$s, remainder %1$s)', n, partitions);
    end loop;
end
$$;

-- One plan for each statement, so the search path is fixed: the schema that migrate made.
create function keep_login_owner() returns trigger language plpgsql set search_path from current as $$
begin
    if tg_op <> 'INSERT' then
        delete from login_owner o
        where o.pool_id = old.pool_id and o.kind = old.kind and o.provider = old.provider and o.subject = old.subject
            and o.identity_id = old.identity_id;
    end if;
    if tg_op <> 'DELETE' then
        insert into login_owner (pool_id, kind, provider, subject, identity_id)
        values (new.pool_id, new.kind, new.provider, new.subject, new.identity_id);
    end if;
    return null;
end
$$;

-- After the row, so that a login's partition is known and a move to another one is a removal followed by an arrival.
create trigger keep_owner after insert or delete or update of pool_id, kind, provider, subject, identity_id on login
    for each row execute function keep_login_owner();
