# `cmake --install build/release --prefix DIR`
include(GNUInstallDirs)
install(TARGETS nextquill RUNTIME)
if(TARGET nextquill-workbench)
    install(TARGETS nextquill-workbench RUNTIME)
    install(FILES packaging/desktop/org.nextquill.Workbench.desktop
        DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES packaging/desktop/org.nextquill.Workbench.metainfo.xml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES packaging/desktop/org.nextquill.Workbench.xml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
    install(FILES packaging/desktop/org.nextquill.Workbench.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
endif()
