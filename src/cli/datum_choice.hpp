#pragma once

#include "named_choice.hpp"

#include <haulwatch/lon_lat.hpp>

namespace haulwatch::cli {

/// Of the options that say in which datum a file's places are.
[[nodiscard]] inline CLI::Validator datum_choice() {
  return named_choice<Datum>({{"wgs84", Datum::wgs84}, {"gcj02", Datum::gcj02}, {"bd09", Datum::bd09}});
}

}  // namespace haulwatch::cli
