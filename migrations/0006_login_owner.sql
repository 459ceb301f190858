-- Who owns a login is asked under this name, because where tables are partitioned it is a table of its own.

create view login_owner as select pool_id, kind, provider, subject, identity_id from login;
comment on view login_owner is 'Who owns which login.';
