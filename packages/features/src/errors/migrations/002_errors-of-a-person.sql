CREATE INDEX command_errors_user ON command_errors (user_id);
