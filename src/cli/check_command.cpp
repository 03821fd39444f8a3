#include "check_command.hpp"

#include "datum_choice.hpp"
#include "set_up.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/registry_reader.hpp>
#include <haulwatch/registry/registry.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::cli {

namespace {

struct Checked {
  std::string document;
  std::vector<Fault> faults;
};

/// Runs one check; a refusal is its result.
Checked check(const std::string& document, const std::function<void()>& load) {
  try {
    load();
    return {document, {}};
  } catch (const Refused& refused) {
    return {document, refused.faults()};
  }
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

void print_json(const std::vector<Checked>& all) {
  fmt::print("[");
  const char* comma = "";
  for (const Checked& one : all) {
    for (const Fault& fault : one.faults) {
      fmt::print("{}\n {{\"document\":{},\"object\":{},\"pointer\":{},\"message\":{}}}", comma, json_text(one.document),
                 json_text(fault.object), json_text(fault.pointer), json_text(fault.message));
      comma = ",";
    }
  }
  fmt::print("{}]\n", *comma == '\0' ? "" : "\n");
}

void print_text(const std::vector<Checked>& all) {
  for (const Checked& one : all) {
    if (one.faults.empty()) fmt::print("{}: sound\n", one.document);
    for (const Fault& fault : one.faults)
      fmt::print("{}: {}{}{}: {}\n", one.document, fault.object, fault.object.empty() ? "" : ", ",
                 fault.pointer.empty() ? "whole document" : fault.pointer, fault.message);
  }
}

}  // namespace

void add_check(CLI::App& app, CheckRequest& request) {
  CLI::App* command =
      app.add_subcommand("check", "Name every fault of a registry, and of manifests and settings, at once");
  command->footer("Example:\n  haulwatch check county.geojson --manifests notes.jsonl --settings night.json");
  command->add_option("registry", request.registry, "GeoJSON FeatureCollection with permits")->required();
  command->add_option("--manifests", request.manifests, "transfer notes (JSON Lines)");
  command->add_option("--settings", request.settings, "options of the stages");
  command->add_option("--registry-datum,--datum", request.datum, "datum of the registry: wgs84, gcj02 or bd09")
      ->transform(datum_choice());
  command->add_flag("--json", request.json, "the faults as a JSON array");
}

ExitCode run_check(const CheckRequest& request) {
  std::vector<Checked> all;
  std::shared_ptr<const registry::Registry> registry;
  all.push_back(check(request.registry, [&] { registry = load_registry(request.registry, request.datum); }));
  if (!request.manifests.empty())
    all.push_back(check(request.manifests, [&] { check_manifests(request.manifests, registry.get()); }));
  if (!request.settings.empty())
    all.push_back(check(request.settings, [&] { static_cast<void>(load_settings(request.settings)); }));
  if (request.json)
    print_json(all);
  else
    print_text(all);
  for (const Checked& one : all)
    if (!one.faults.empty()) return ExitCode::set_up_refused;
  return ExitCode::done;
}

}  // namespace haulwatch::cli
