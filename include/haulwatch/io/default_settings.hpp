#pragma once

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/io/settings_reader.hpp>
#include <haulwatch/track/front.hpp>

namespace haulwatch::io {

/// Every option of every stage of the default chain, grouped as in the settings file.
struct Settings {
  track::FrontOptions front;
  DetectOptions detect;
};

/// The names, ranges and reasons of all of them.
[[nodiscard]] SettingsSchema<Settings> settings_schema();

}  // namespace haulwatch::io
