#pragma once

#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/world.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace haulwatch::simulation {

/// Everything that a world writes, and the motion behind it.
struct LivedWorld {
  std::string tracks, truth, manifests;
  std::map<std::uint32_t, std::vector<LivedPiece>> motion;

  [[nodiscard]] std::vector<boost::json::object> truth_lines() const {
    std::vector<boost::json::object> lines;
    std::istringstream in{truth};
    for (std::string line; std::getline(in, line);) lines.push_back(boost::json::parse(line).as_object());
    return lines;
  }
};

inline WorldOptions world_of(std::uint64_t seed, std::uint32_t vehicles, std::chrono::hours duration,
                             const std::string& profile = "typical") {
  return {.seed = seed, .vehicles = vehicles, .duration = duration, .profile = load_profile(profile)};
}

inline LivedWorld live(World& world, Milliseconds slice = std::chrono::minutes{5}) {
  LivedWorld lived;
  World::Output output;
  output.tracks = [&](std::string_view text) { lived.tracks += text; };
  output.truth = [&](std::string_view text) { lived.truth += text; };
  output.manifests = [&](std::string_view text) { lived.manifests += text; };
  output.motion = [&](std::uint32_t vehicle, const LivedPiece& piece) { lived.motion[vehicle].push_back(piece); };
  world.run(output, slice);
  return lived;
}

inline LivedWorld live(const WorldOptions& options, Milliseconds slice = std::chrono::minutes{5}) {
  World world{options};
  return live(world, slice);
}

}  // namespace haulwatch::simulation
