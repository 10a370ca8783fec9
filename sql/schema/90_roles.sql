-- Purpose: who may see what. Roles are made without login; a site grants them to its people.
-- joinedup_owner owns, joinedup_loader runs the night, joinedup_analyst reads warehouse and mart,
-- bi_reader reads publish only, joinedup_auditor reads meta and quality. PUBLIC has nothing.

do $$
declare
    role_name text;
begin
    foreach role_name in array array['joinedup_owner', 'joinedup_loader', 'joinedup_analyst', 'bi_reader', 'joinedup_auditor'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
end
$$;

do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to joinedup_owner, joinedup_loader, joinedup_analyst, bi_reader, joinedup_auditor', current_database());
    execute format('grant temporary on database %I to joinedup_loader', current_database());
end
$$;
-- The owner cannot log in; whoever made the schema only did it for the owner.
do $$
declare
    item record;
begin
    execute format('grant create on database %I to joinedup_owner', current_database());
    execute format('grant joinedup_owner to %I', current_user);
    for item in
        select format('alter schema %I owner to joinedup_owner', n.nspname) as statement
          from pg_catalog.pg_namespace n
         where n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')
         union all
        select format('alter %s %I.%I owner to joinedup_owner',
                      case c.relkind when 'v' then 'view' else 'table' end, n.nspname, c.relname)
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')
           and c.relkind in ('r', 'v')
         union all
        select format('alter function %s owner to joinedup_owner', p.oid::regprocedure)
          from pg_catalog.pg_proc p
          join pg_catalog.pg_namespace n on n.oid = p.pronamespace
         where n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')
    loop
        execute item.statement;
    end loop;
end
$$;
revoke all on schema public from public;
revoke all on schema meta, linkage, warehouse, mart, publish, quality from public;
alter default privileges revoke execute on functions from public;

grant usage on schema meta, linkage, warehouse, mart, publish, quality to joinedup_loader;
grant select, insert, update, delete, truncate on all tables in schema meta, linkage, warehouse, mart, publish, quality to joinedup_loader;
grant usage on all sequences in schema meta to joinedup_loader;
grant execute on function meta.make_staging, meta.refresh_statistics to joinedup_loader;

grant usage on schema warehouse, mart to joinedup_analyst;
grant select on all tables in schema warehouse, mart to joinedup_analyst;

grant usage on schema publish to bi_reader;
grant select on publish.measure_value, publish.publication, publish.calendar to bi_reader;

grant usage on schema meta, quality to joinedup_auditor;
grant select on all tables in schema meta, quality to joinedup_auditor;
