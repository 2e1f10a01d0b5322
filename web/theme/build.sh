#!/bin/sh
# Rebuilds web/vendor and web/axe from the npm packages pinned in package-lock.json. See README.md.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund
npx sass --no-source-map --style=compressed --no-charset --quiet-deps --load-path=node_modules/govuk-frontend/dist/govuk theme.scss ../vendor/govuk.css
cp node_modules/htmx.org/dist/htmx.min.js ../vendor/htmx.js
cp node_modules/htmx.org/LICENSE ../vendor/htmx.LICENSE
cp node_modules/axe-core/axe.min.js ../axe/axe.min.js
cp node_modules/axe-core/LICENSE ../axe/LICENSE
if grep -qE 'GDS Transport|govuk-crest|crown|url\(|@import' ../vendor/govuk.css; then
	echo "govuk.css still names something that is not ours to use" >&2
	exit 1
fi
for file in ../vendor/govuk.css ../vendor/htmx.js ../axe/axe.min.js; do
	printf '%s sha384-%s\n' "$file" "$(openssl dgst -sha384 -binary "$file" | base64 -w0)"
done
rm -rf node_modules
