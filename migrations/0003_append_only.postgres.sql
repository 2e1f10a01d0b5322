-- +goose Up

-- Nothing is overwritten and nobody hard-deletes: versions only come on top, files and grants only end.
-- +goose StatementBegin
CREATE FUNCTION relais_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER entry_version_no_change BEFORE UPDATE OR DELETE ON entry_version FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER file_no_delete BEFORE DELETE ON file FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER file_grant_no_delete BEFORE DELETE ON file_grant FOR EACH ROW EXECUTE FUNCTION relais_append_only();
CREATE TRIGGER referral_no_delete BEFORE DELETE ON referral FOR EACH ROW EXECUTE FUNCTION relais_append_only();
