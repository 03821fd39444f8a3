#pragma once

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/io/settings_reader.hpp>
#include <haulwatch/track/front.hpp>

namespace haulwatch::cli {

/// Every option of every stage, grouped as in the settings file.
struct Settings {
  track::FrontOptions front;
  DetectOptions detect;
};

/// The names, ranges and reasons of all of them.
[[nodiscard]] io::SettingsSchema<Settings> settings_schema();

}  // namespace haulwatch::cli
