-- What shift logs say of a site, the newest first.

CREATE INDEX shift_entry_at ON capnuoc.shift_entry (node, site, recorded_at, entry) WHERE site <> '';
