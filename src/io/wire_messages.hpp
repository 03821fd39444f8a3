#pragma once

#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/text_store.hpp>
#include <haulwatch/manifest.hpp>

#include <haulwatch/v1/event.pb.h>
#include <haulwatch/v1/fix.pb.h>
#include <haulwatch/v1/manifest.pb.h>

#include <string_view>

/// Between the vocabulary and the generated messages. `fill` expects a cleared message.
namespace haulwatch::io::detail {

void fill(v1::Fix& message, const Fix& fix, std::string_view vehicle);
void fill(v1::Event& message, const Event& event);
void fill(v1::Manifest& message, const Manifest& manifest);

/// Each returns what is wrong, or nothing; only then the value is set.
[[nodiscard]] std::string_view read(const v1::Fix& message, Fix& fix, VehicleNames& names);
[[nodiscard]] std::string_view read(const v1::Event& message, Event& event, TextStore& texts);
[[nodiscard]] std::string_view read(const v1::Manifest& message, Manifest& manifest);

}  // namespace haulwatch::io::detail
