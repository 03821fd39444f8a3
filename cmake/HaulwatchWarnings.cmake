# Warnings for our own sources only: linked PRIVATE, so no user of the library inherits them.
option(HAULWATCH_WERROR "Warnings are errors" OFF)

add_library(haulwatch_warnings INTERFACE)
target_compile_options(haulwatch_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wcast-align -Wold-style-cast -Wformat=2 -Wundef -Wnull-dereference -Wdeprecated-copy-dtor
  # A designated initialiser names what matters and leaves the rest at its default.
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast
    # GCC 12 at -O2 wrongly suspects the members of std::optional and std::variant.
    -Wno-maybe-uninitialized
    # It also warns of overlap inside std::string itself where two texts are joined.
    -Wno-restrict>
  $<$<BOOL:${HAULWATCH_WERROR}>:-Werror>)

# What tests and the command line are let off. Linked after haulwatch_warnings, for the last word counts.
add_library(haulwatch_test_warnings INTERFACE)
# GCC 12 at -O2 wrongly suspects the null pointers inside <streambuf> and CLI11's texts.
target_compile_options(haulwatch_test_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference>)
