-- +goose Up

-- A copy in JSON may have a shape of its own: the case without the person, in the terms of IC-TIP.
ALTER TABLE file_export ADD COLUMN shape TEXT NOT NULL DEFAULT '' CHECK (shape IN ('', 'ictip'));

-- Where the law names a unit of an agency rather than the agency, such as the judicial police of Luxembourg, the desk says that it is one.
ALTER TABLE desk ADD COLUMN unit TEXT NOT NULL DEFAULT '';
