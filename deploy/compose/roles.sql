-- Run once, when PostgreSQL makes its data directory: a role that owns the schema, and one that serves and cannot change it.
\set owner_password `cat /run/secrets/owner-password`
\set server_password `cat /run/secrets/server-password`
create role federated_identity_owner login password :'owner_password';
create role federated_identity login password :'server_password';
create database federated_identity owner federated_identity_owner;
\connect federated_identity
revoke all on database federated_identity from public;
grant connect on database federated_identity to federated_identity;
alter schema public owner to federated_identity_owner;
grant usage on schema public to federated_identity;
alter default privileges for role federated_identity_owner in schema public
    grant select, insert, update, delete on tables to federated_identity;
