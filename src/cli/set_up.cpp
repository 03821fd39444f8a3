#include "set_up.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/manifest_reader.hpp>
#include <haulwatch/io/registry_reader.hpp>

#include <utility>

namespace haulwatch::cli {

namespace {

/// A file that cannot be opened is one more fault of the set-up: the exit status is the same.
template <class Load>
auto refused_if_unreadable(const std::string& path, Load&& load) {
  try {
    return load();
  } catch (const FileError& error) {
    throw Refused{path, {Fault{{}, {}, error.what()}}};
  }
}

}  // namespace

Settings load_settings(const std::string& path) {
  Settings settings;
  if (!path.empty()) {
    refused_if_unreadable(path, [&] {
      io::settings_schema().load(path, settings);
      return true;
    });
  }
  return settings;
}

std::shared_ptr<const registry::Registry> load_registry(const std::string& path, Datum datum) {
  if (path.empty()) return registry::Registry::none();
  return refused_if_unreadable(path, [&] { return io::load_registry(path, {datum, 1}); });
}

void check_manifests(const std::string& path, const registry::Registry* registry) {
  io::ManifestReading reading = refused_if_unreadable(path, [&] { return io::read_manifests_file(path); });
  if (registry != nullptr)
    for (Fault& fault : io::check_references(reading.lines, *registry)) reading.faults.push_back(std::move(fault));
  if (!reading.faults.empty()) throw Refused{path, std::move(reading.faults)};
}

}  // namespace haulwatch::cli
