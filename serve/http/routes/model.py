"""The service's model, health and metrics."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from presscheck.serve.http.schemas import Health, Served, refusals
from presscheck.serve.http.service import Service

router = APIRouter(tags=["service"])
_CARD = ("trained_labels", "default_policy", "policies", "parity", "risk", "data", "config", "versions", "max_tokens")


@router.get("/v1/model", responses=refusals(401, 403, 429, 503))
async def model(request: Request) -> Served:
    """The model in use: its name and hashes as in every record, and its manifest's card."""
    service: Service = request.app.state.service
    loaded = service.loaded()
    manifest = loaded.bundle.manifest.model_dump(mode="json")
    return Served(
        model=loaded.scorer.info,
        role=loaded.role,
        loaded_at=loaded.loaded_at,
        card={name: manifest[name] for name in _CARD},
    )


@router.get("/healthz")
async def healthz() -> Health:
    """Whether the process answers."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Health, "description": "No model passed its canary, or a task of the worker fails"}})
async def readyz(request: Request) -> Response:
    """Whether the model passed its canary check, and the worker follows the champion and the keys."""
    service: Service = request.app.state.service
    loaded, fault = service.live.current, service.fault()
    if loaded is None or fault is not None:
        return JSONResponse(Health(status="not ready", detail=fault or "").model_dump(), status_code=503)
    canary = loaded.canary
    detail = f"canary {canary.difference:.2g} from {canary.origin} ({canary.tolerance:.2g} allowed)"
    return JSONResponse(Health(status="ok", detail=detail).model_dump())


@router.get("/metrics", responses={**refusals(401, 403, 429), 200: {"content": {"text/plain": {}}}}, response_class=Response)
async def metrics(request: Request) -> Response:
    """Prometheus metrics."""
    service: Service = request.app.state.service
    service.metrics.depth.set(service.batcher.depth)
    return Response(service.metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")
