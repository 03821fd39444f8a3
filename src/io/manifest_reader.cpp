#include <haulwatch/io/manifest_reader.hpp>

#include "json_document.hpp"
#include "json_object.hpp"
#include "whole_file.hpp"

#include <haulwatch/registry/registry.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>

namespace haulwatch::io {
namespace {

std::string line_name(std::uint64_t line) {
  return "line " + std::to_string(line);
}

/// The member's text; a fault and nothing where it is missing or empty.
std::string required_id(const JsonObject& from, std::string_view key) {
  std::optional<std::string> id = from.id(key);
  const bool has_wrong_type = !id && from.find(key) != nullptr;
  if (!has_wrong_type && id.value_or("").empty()) from.fault(key, "missing: a manifest needs it");
  return id.value_or("");
}

Manifest read_members(const JsonObject& from) {
  Manifest manifest;
  manifest.id = required_id(from, "id");
  manifest.permit = required_id(from, "permit");
  manifest.vehicle = required_id(from, "vehicle");
  manifest.origin = required_id(from, "origin");
  // The name that earlier files and the wire's messages have counts as well.
  const bool older = from.find("disposal") == nullptr && from.find("destination") != nullptr;
  manifest.destination = required_id(from, older ? "destination" : "disposal");
  if (from.find("opened_at") == nullptr) from.fault("opened_at", "missing: a manifest needs it");
  manifest.opened_at = from.time("opened_at").value_or(no_time);
  manifest.quantity_m3 = from.number("quantity_m3");
  manifest.closed_at = from.time("closed_at");
  manifest.voided_at = from.time("voided_at");
  const TimeUtc newest =
      std::max({manifest.opened_at, manifest.closed_at.value_or(no_time), manifest.voided_at.value_or(no_time)});
  manifest.at = from.time("at").value_or(newest);
  return manifest;
}

void check_sense(const JsonObject& from, const Manifest& manifest) {
  const auto check_end = [&](std::string_view key, const std::optional<TimeUtc>& end) {
    if (end && *end < manifest.opened_at) from.fault(key, "is before opened_at");
  };
  check_end("closed_at", manifest.closed_at);
  check_end("voided_at", manifest.voided_at);
  const bool sensible = !manifest.quantity_m3 || (*manifest.quantity_m3 >= 0.0 && *manifest.quantity_m3 <= 1e6);
  if (!sensible) from.fault("quantity_m3", "is not a number of cubic metres from 0 to 1000000");
}

/// Adds the line's manifest, or its faults.
void read_line(std::string_view text, std::uint64_t line, ManifestReading& into) {
  std::vector<Fault> faults;
  JsonReading document = read_json_line(text);
  for (Fault& fault : document.faults) {
    fault.object = line_name(line);
    faults.push_back(std::move(fault));
  }
  Manifest manifest;
  if (document.root && document.root->is_object()) {
    const JsonObject from{document.root->get_object(), "", line_name(line), faults};
    manifest = read_members(from);
    check_sense(from, manifest);
  } else if (document.root) {
    faults.push_back(
        {line_name(line), "", "is " + std::string{kind_of(*document.root)} + ", expected an object: a manifest"});
  }
  if (faults.empty()) {
    into.lines.push_back({std::move(manifest), line});
  } else {
    std::ranges::move(faults, std::back_inserter(into.faults));
  }
}

template <class Objects>
std::unordered_set<std::string_view> ids_of(const Objects& objects) {
  std::unordered_set<std::string_view> ids;
  for (const auto& object : objects) ids.insert(object.id);
  return ids;
}

}  // namespace

ManifestReading read_manifests(std::string_view json_lines) {
  ManifestReading reading;
  for (std::uint64_t line = 1; !json_lines.empty(); ++line) {
    const std::size_t end = std::min(json_lines.find('\n'), json_lines.size());
    const std::string_view text = json_lines.substr(0, end);
    json_lines.remove_prefix(std::min(end + 1, json_lines.size()));
    if (text.find_first_not_of(" \t\r") != std::string_view::npos) read_line(text, line, reading);
  }
  std::ranges::stable_sort(reading.lines, {}, [](const ManifestLine& l) { return l.manifest.at; });
  return reading;
}

ManifestReading read_manifests_file(const std::string& path) {
  return read_manifests(whole_file(path));
}

std::vector<ManifestLine> load_manifests(const std::string& path) {
  ManifestReading reading = read_manifests_file(path);
  if (!reading.faults.empty()) throw Refused{path, std::move(reading.faults)};
  return std::move(reading.lines);
}

std::vector<Manifest> newest_versions(const std::vector<ManifestLine>& lines) {
  const auto is_older = [](const ManifestLine& a, const ManifestLine& b) {
    return std::pair{a.manifest.at, a.line} < std::pair{b.manifest.at, b.line};
  };
  std::map<std::string_view, const ManifestLine*> newest;
  for (const ManifestLine& line : lines) {
    const ManifestLine*& known = newest.try_emplace(line.manifest.id, &line).first->second;
    if (is_older(*known, line)) known = &line;
  }
  std::vector<Manifest> manifests;
  for (const auto& [id, line] : newest) manifests.push_back(line->manifest);
  return manifests;
}

std::vector<Fault> check_references(const std::vector<ManifestLine>& lines, const registry::Registry& registry) {
  const auto permits = ids_of(registry.permits());
  const auto sites = ids_of(registry.sites());
  std::vector<const ManifestLine*> by_line;
  for (const ManifestLine& line : lines) by_line.push_back(&line);
  std::ranges::sort(by_line, {}, &ManifestLine::line);

  std::vector<Fault> faults;
  for (const ManifestLine* entry : by_line) {
    const Manifest& manifest = entry->manifest;
    const auto check = [&](const auto& known, const std::string& id, const char* key, const char* kind) {
      if (known.contains(id)) return;
      faults.push_back({line_name(entry->line), std::string{"/"} + key,
                        std::string{"the registry has no "} + kind + " \"" + id + "\""});
    };
    check(permits, manifest.permit, "permit", "permit");
    check(sites, manifest.origin, "origin", "site");
    check(sites, manifest.destination, "disposal", "site");
  }
  return faults;
}

}  // namespace haulwatch::io
