# seconds: 120
# Every service package, and its examples: answers that must be accepted or
# refused, with the results they must give. A broken package is told apart.
. tests/stack/lib.sh

dir=$BUILD/test/services
rm -rf "$dir"
mkdir -p "$dir"
torhaus=$BUILD/release/bin/torhaus

for package in fcgi-apps/services/*/service.json; do
	package=$(dirname "$package")
	name=$(basename "$package")
	examples=$(jq length "$package/examples.json")
	said=$("$torhaus" service check "$package" 2>&1)
	status=$?
	if [ $status -eq 0 ] && [ "$examples" -gt 0 ] &&
	    [[ $said == *"$examples examples hold"* ]]; then
		# Each example counts as the test that it is.
		jq -r '.[].name' "$package/examples.json" |
		    sed "s/^/ok service $name: /"
	else
		echo "$said" | tail -5
		echo "not ok service $name: status $status"
	fi
done

# What editors go by knows the packages.
node tests/services/schema.mjs "$BUILD/npm"

# The drawing is XML, in both languages, and shows every page.
for package in fcgi-apps/services/*/service.json; do
	package=$(dirname "$package")
	name=$(basename "$package")
	for lang in de en; do
		svg=$dir/$name.$lang.svg
		pages=$(jq '.pages | length' "$package/form.json")
		if "$torhaus" service flow "$package" --lang $lang >"$svg" &&
		    xmllint --noout "$svg" &&
		    grep -q '<title id="title">' "$svg" &&
		    [ "$(grep -o '<rect class="page"' "$svg" | wc -l)" = \
			"$pages" ]; then
			echo "ok service flow $name $lang"
		else
			echo "not ok service flow $name $lang: $pages pages"
		fi
	done
done

# broken NAME JQ-PROGRAM FILE: a mistake made on purpose is found.
broken()
{
	cp -r fcgi-apps/services "$dir/services"
	jq "$2" "fcgi-apps/services/hundesteuer-anmeldung/$3" \
	    >"$dir/services/hundesteuer-anmeldung/$3"
	"$torhaus" service check "$dir/services/hundesteuer-anmeldung" \
	    >"$dir/said" 2>&1
	status=$?
	if [ $status -eq 3 ] && grep -q "$3:" "$dir/said"; then
		echo "ok service check finds $1"
	else
		head -5 "$dir/said"
		echo "not ok service check finds $1: status $status"
	fi
	rm -rf "$dir/services"
}
broken "an unknown type" '.pages[0].fields[0].type = "colour"' form.json
broken "a missing text" 'del(."service.name")' texts.en.json
broken "a state that leads nowhere" '.states[0].next = ["nirgends"]' \
    service.json
broken "a circle" '(.pages[0].fields[0].show = {"empty":
    .pages[0].fields[1].key}) | (.pages[0].fields[1].show = {"empty":
    .pages[0].fields[0].key})' form.json
broken "a look ahead" '.pages[0].fields[0].show = {"empty":
    .pages[-1].fields[-1].key}' form.json
broken "a missing purpose" 'del(."service.purpose")' texts.de.json
broken "a page that nobody sees" '.pages[1].show = {"and": [
    {"not": true}, true]}' form.json
broken "an example that does not hold" \
    '.[0].expect.errors = ["holder: required"]' examples.json

# What the packages were written from, where it lies beside the repository.
node tests/services/documents.mjs

# A draft made from a FIM schema: what is left is for people; once that is
# written, the package is fine as it is.
draft=$dir/bienen
if "$torhaus" service import-fim tests/data/fuzz_xdatenfelder/bienen-3.xml \
    --out "$draft" --texts fcgi-apps/texts >"$dir/said" 2>&1 &&
    [ -s "$draft/import.md" ] && grep -q 'service check' "$dir/said"; then
	echo "ok service import-fim drafts a package"
else
	head -5 "$dir/said"
	echo "not ok service import-fim drafts a package"
fi
"$torhaus" service check "$draft" >"$dir/said" 2>&1
if [ $? -eq 3 ] && grep -q 'form\.json' "$dir/said"; then
	grep 'form\.json' "$dir/said"
	echo "not ok service import-fim makes a form without mistakes"
else
	echo "ok service import-fim makes a form without mistakes"
fi
jq '.trust_level = "none" | .department = "umwelt" |
    .life_situations = ["tiere"] | .retention.closed_days = 365' \
    "$draft/service.json" >"$dir/s" && mv "$dir/s" "$draft/service.json"
sed -i -E 's/\[to (write|translate)\] //' "$draft"/texts.*.json
said=$("$torhaus" service check "$draft" 2>&1)
if [ $? -eq 0 ]; then
	echo "ok service import-fim: a draft that people finished is fine"
else
	echo "$said" | head -5
	echo "not ok service import-fim: a draft that people finished is fine"
fi
if "$torhaus" service import-fim tests/data/fuzz_xdatenfelder/bienen-3.xml \
    --out "$draft" --texts fcgi-apps/texts >"$dir/said" 2>&1; then
	echo "not ok service import-fim overwrites nothing"
else
	echo "ok service import-fim overwrites nothing"
fi
