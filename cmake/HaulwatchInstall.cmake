# What `cmake --install` puts where. Two export sets, so that a user of haulwatch::core needs nothing that io needs.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/haulwatch)

install(TARGETS haulwatch_core EXPORT haulwatchCoreTargets FILE_SET HEADERS)
install(TARGETS haulwatch_io haulwatch_scoring haulwatch_explain haulwatch_simulation haulwatch_haulwatch
  EXPORT haulwatchIoTargets FILE_SET HEADERS)
install(TARGETS haulwatch_c EXPORT haulwatchCTargets FILE_SET HEADERS)
if(TARGET haulwatch_prometheus)
  install(TARGETS haulwatch_prometheus EXPORT haulwatchPrometheusTargets FILE_SET HEADERS)
  install(EXPORT haulwatchPrometheusTargets NAMESPACE haulwatch:: DESTINATION ${package_dir})
endif()
if(HAULWATCH_BUILD_TOOLS)
  install(TARGETS haulwatch)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/profiles DESTINATION ${CMAKE_INSTALL_DATADIR}/haulwatch)
endif()

install(EXPORT haulwatchCoreTargets NAMESPACE haulwatch:: DESTINATION ${package_dir})
install(EXPORT haulwatchIoTargets NAMESPACE haulwatch:: DESTINATION ${package_dir})
install(EXPORT haulwatchCTargets NAMESPACE haulwatch:: DESTINATION ${package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/haulwatchConfig.cmake.in
  ${PROJECT_BINARY_DIR}/haulwatchConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
# While the version is 0.x, a minor version may break its users.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/haulwatchConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/haulwatchConfig.cmake ${PROJECT_BINARY_DIR}/haulwatchConfigVersion.cmake
  DESTINATION ${package_dir})
