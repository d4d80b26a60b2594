-- What every session of ours stands on.  client_connection_check_interval: a backend whose client has
-- left gives up its query and its locks.
SELECT set_config('search_path', 'pg_catalog, pg_temp', false),
       set_config('lock_timeout', $1::text, false),
       set_config('statement_timeout', $2::text, false),
       set_config('idle_in_transaction_session_timeout', $3::text, false),
       set_config('client_connection_check_interval', '500ms', false),
       set_config('jit', 'off', false) -- a day in buckets took ten times as long with it
