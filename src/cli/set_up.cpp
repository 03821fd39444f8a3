#include "set_up.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/manifest_reader.hpp>
#include <haulwatch/io/registry_reader.hpp>

#include <utility>
#include <vector>

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

namespace {

std::vector<io::ManifestLine> sound_manifests(const std::string& path, const registry::Registry* registry) {
  io::ManifestReading reading = refused_if_unreadable(path, [&] { return io::read_manifests_file(path); });
  if (registry != nullptr)
    for (Fault& fault : io::check_references(reading.lines, *registry)) reading.faults.push_back(std::move(fault));
  if (!reading.faults.empty()) throw Refused{path, std::move(reading.faults)};
  return std::move(reading.lines);
}

}  // namespace

void check_manifests(const std::string& path, const registry::Registry* registry) {
  static_cast<void>(sound_manifests(path, registry));
}

std::shared_ptr<const ManifestLog> load_manifests(const std::string& path, const registry::Registry& registry,
                                                  bool look_up, std::optional<TimeUtc> until) {
  if (path.empty()) return nullptr;
  std::vector<Manifest> versions;
  for (io::ManifestLine& line : sound_manifests(path, look_up ? &registry : nullptr))
    versions.push_back(std::move(line.manifest));
  return std::make_shared<const ManifestLog>(std::move(versions), registry, until);
}

}  // namespace haulwatch::cli
