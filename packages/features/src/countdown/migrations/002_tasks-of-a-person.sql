-- What somebody asks about themselves, and what ends when they are restrained.
CREATE INDEX tasks_user ON tasks (user_id);
