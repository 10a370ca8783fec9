-- Purpose: what every session of joinedup is set to. statement_timeout stays off: a large load may take hours.
set search_path = pg_catalog;
set timezone = 'UTC';
set datestyle = 'ISO, YMD';
set intervalstyle = 'postgres';
set extra_float_digits = 1;
set standard_conforming_strings = on;
set client_min_messages = warning;
set lock_timeout = '60s';
set idle_in_transaction_session_timeout = '10min';
set synchronous_commit = on
