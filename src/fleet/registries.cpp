#include <haulwatch/fleet/registries.hpp>

#include <utility>

namespace haulwatch::fleet {

void Registries::add(std::shared_ptr<const registry::Registry> registry) {
  Version version{std::move(registry), {}};
  const auto permits = version.registry->permits();
  for (std::size_t i = 0; i < permits.size(); ++i)
    version.permits.emplace(permits[i].id, static_cast<registry::PermitIndex>(i));
  versions_.insert_or_assign(version.registry->version(), std::move(version));
}

const registry::Permit* Registries::permit(std::uint32_t version, std::string_view id) const noexcept {
  const auto known = versions_.find(version);
  if (known == versions_.end()) return nullptr;
  const auto found = known->second.permits.find(id);
  return found == known->second.permits.end() ? nullptr : &known->second.registry->permits()[found->second];
}

}  // namespace haulwatch::fleet
