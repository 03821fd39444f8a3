#pragma once

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/map_guard.hpp>
#include <haulwatch/io/settings_reader.hpp>
#include <haulwatch/track/front.hpp>

namespace haulwatch::io {

/// Every option of every stage of the default chain, and of what guards it, grouped as in the settings file.
struct Settings {
  track::FrontOptions front;
  DetectOptions detect;
  MapGuardOptions map_guard;
};

/// The names, ranges and reasons of all of them.
[[nodiscard]] SettingsSchema<Settings> settings_schema();

}  // namespace haulwatch::io
