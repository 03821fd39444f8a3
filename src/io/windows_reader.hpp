#pragma once

#include "json_object.hpp"

#include <haulwatch/registry/registry_draft.hpp>

namespace haulwatch::io {

/// `daily_windows` (`[["19:00", "06:00"], …]`) and `utc_offset`.
[[nodiscard]] registry::WindowsDraft read_daily_windows(const JsonObject& from);

/// `opens`, `closes` and `utc_offset`.
[[nodiscard]] registry::WindowsDraft read_open_hours(const JsonObject& from);

}  // namespace haulwatch::io
