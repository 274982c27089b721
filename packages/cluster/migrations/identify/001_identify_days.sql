-- Discord's day of each application, and what the bot has spent of it: one row, whoever and how many the managers are.
CREATE TABLE identify_days (
  application text PRIMARY KEY,
  resets_at timestamptz NOT NULL,
  total integer NOT NULL,
  -- The share of what was left at the first look of the day.
  allowed integer NOT NULL CHECK (allowed >= 0),
  spent integer NOT NULL CHECK (spent BETWEEN 0 AND allowed),
  spent_at timestamptz,
  -- What Discord said was left, and what was spent here by then: other programs may use the same token.
  seen_left integer NOT NULL,
  seen_spent integer NOT NULL,
  seen_at timestamptz NOT NULL,
  -- Since the last login that succeeded: permits given, those that are known to have failed, and those that were
  -- given one at a time because of that.
  unproven integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  probes integer NOT NULL DEFAULT 0,
  probed_at timestamptz
);
