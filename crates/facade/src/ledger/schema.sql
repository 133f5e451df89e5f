-- What was decided before anything left. One row: a ledger is one campaign.
CREATE TABLE campaign (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    made_at INTEGER NOT NULL,       -- milliseconds since 1970, as all times here
    made_by TEXT NOT NULL,          -- version of palabre
    verb TEXT NOT NULL,
    vendor TEXT NOT NULL,
    account TEXT NOT NULL,          -- its name; it may change
    base_url TEXT NOT NULL,
    salt BLOB NOT NULL,
    identity BLOB NOT NULL,         -- keyed hash of what the account signs in with
    sender TEXT,                    -- the number that rows without one go out from
    options TEXT NOT NULL,          -- JSON
    rows INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,      -- of all rows, in order
    run INTEGER NOT NULL DEFAULT 0  -- which run it belongs to; an earlier one writes no more
) STRICT;

-- Files of the contents, each once.
CREATE TABLE files (
    hash TEXT PRIMARY KEY,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE rows (
    row INTEGER PRIMARY KEY,        -- counted from 1, in the order given
    key TEXT,                       -- the caller's own name
    recipient TEXT,                 -- in E.164 where it parses
    content TEXT,                   -- JSON; null for a row that was refused at the start
    fingerprint BLOB NOT NULL,
    idempotency_key TEXT NOT NULL,  -- the same for every try
    state TEXT NOT NULL CHECK (state IN
        ('planned', 'attempting', 'accepted', 'not_sent', 'refused', 'unknown')),
    attempts INTEGER NOT NULL DEFAULT 0,
    attempted_at INTEGER,
    since INTEGER,                  -- of the last try, by the vendor's clock: not before this time
    until INTEGER,                  -- and not after this one; null where that clock was not known
    settled_at INTEGER,
    is_open INTEGER NOT NULL DEFAULT 0,     -- 1 where some try may have arrived
    decided INTEGER NOT NULL DEFAULT 0,     -- 1 where a person has the last word
    kind TEXT,                      -- of the error
    reason TEXT,
    status INTEGER,
    vendor_code TEXT,
    request_id TEXT,
    vendor_id TEXT,                 -- of the message or contact
    whatsapp_id TEXT,
    conversation_id TEXT,
    note TEXT
) STRICT;

CREATE INDEX rows_by_state ON rows (state, row);
CREATE INDEX rows_by_recipient ON rows (recipient);
CREATE INDEX rows_by_vendor_id ON rows (vendor_id) WHERE vendor_id IS NOT NULL;

-- What a person or a recovery did, and how runs began and ended.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    row INTEGER,                    -- null for what is about the whole
    cause TEXT NOT NULL,
    was TEXT,
    became TEXT,
    note TEXT
) STRICT;
