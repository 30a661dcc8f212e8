# seconds: 60
# The rules of the house that a compiler does not know.
tests/lint.sh
