/* A dxgi.dll and a d3d11.dll that duplicate the desktop, for wine, which cannot:
 * the picture is GDI's, what changed is found by comparing. The tables of methods
 * and the structures are those of the headers, and a method that nobody is to
 * call is missing. So the client's own tables are proved by running them.
 *
 * It is never shipped. JUMP_TURN says by how many quarters the monitor is turned.
 */
#define COBJMACROS
#define CINTERFACE
#include <initguid.h>
#include <windows.h>
#include <d3d11.h>
#include <dxgi1_2.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __declspec(dllexport)

static LONG live;      /* references that were given away and not given back */
static LONG lose;      /* 1: the next picture is refused; 2: all, and duplication too */

static HRESULT WINAPI none(void *this, REFIID id, void **out) { *out = NULL; return E_NOINTERFACE; }
static ULONG WINAPI add_ref(void *this) { InterlockedIncrement(&live); return 2; }
static ULONG WINAPI give_back(void *this) { InterlockedDecrement(&live); return 1; }

static int turned(void)
{
    const char *s = getenv("JUMP_TURN");
    return s ? atoi(s) % 4 : 0;
}

/* A texture: words, row by row, with rows that are longer than they have to be. */

struct texture {
    const ID3D11Texture2DVtbl *methods;
    UINT width, height, stride;
    DWORD *words;
};

static void WINAPI texture_desc(ID3D11Texture2D *this, D3D11_TEXTURE2D_DESC *d)
{
    struct texture *t = (struct texture *)this;
    memset(d, 0, sizeof *d);
    d->Width = t->width, d->Height = t->height;
    d->MipLevels = d->ArraySize = d->SampleDesc.Count = 1;
    d->Format = DXGI_FORMAT_B8G8R8A8_UNORM;
}

static HRESULT WINAPI texture_query(ID3D11Texture2D *this, REFIID id, void **out)
{
    if (!IsEqualGUID(id, &IID_ID3D11Texture2D))
        return none(this, id, out);
    add_ref(this);
    *out = this;
    return S_OK;
}

static const ID3D11Texture2DVtbl texture_methods = {
    .QueryInterface = texture_query, .AddRef = (void *)add_ref, .Release = (void *)give_back, .GetDesc = texture_desc };

static void texture_make(struct texture *t, UINT w, UINT h)
{
    t->methods = &texture_methods, t->width = w, t->height = h, t->stride = w + 5;
    t->words = calloc(t->stride * h, 4);
}

/* The device, and its context. */

struct object { const void *methods; };

static HRESULT WINAPI device_texture(ID3D11Device *this, const D3D11_TEXTURE2D_DESC *d, const D3D11_SUBRESOURCE_DATA *data, ID3D11Texture2D **out)
{
    struct texture *t;
    if (data || d->Format != DXGI_FORMAT_B8G8R8A8_UNORM || d->MipLevels != 1 || d->ArraySize != 1 || d->SampleDesc.Count != 1 ||
        d->SampleDesc.Quality || d->Usage != D3D11_USAGE_STAGING || d->BindFlags || d->CPUAccessFlags != D3D11_CPU_ACCESS_READ || d->MiscFlags)
        return E_INVALIDARG;
    t = calloc(1, sizeof *t);
    texture_make(t, d->Width, d->Height);
    add_ref(t);
    *out = (ID3D11Texture2D *)t;
    return S_OK;
}

static void WINAPI context_copy(ID3D11DeviceContext *this, ID3D11Resource *dst, UINT dst_sub, UINT x, UINT y, UINT z,
    ID3D11Resource *src, UINT src_sub, const D3D11_BOX *b)
{
    struct texture *to = (struct texture *)dst, *from = (struct texture *)src;
    UINT row;
    if (dst_sub || src_sub || z || b->front || b->back != 1 || b->right > from->width || b->bottom > from->height ||
        b->left >= b->right || x + b->right - b->left > to->width || y + b->bottom - b->top > to->height)
        abort();
    for (row = b->top; row < b->bottom; row++)
        memcpy(to->words + (y + row - b->top) * to->stride + x, from->words + row * from->stride + b->left, 4 * (b->right - b->left));
}

static HRESULT WINAPI context_map(ID3D11DeviceContext *this, ID3D11Resource *r, UINT sub, D3D11_MAP how, UINT flags, D3D11_MAPPED_SUBRESOURCE *m)
{
    struct texture *t = (struct texture *)r;
    if (sub || how != D3D11_MAP_READ || flags)
        return E_INVALIDARG;
    add_ref(t);
    m->pData = t->words, m->RowPitch = 4 * t->stride, m->DepthPitch = 4 * t->stride * t->height;
    return S_OK;
}

static void WINAPI context_unmap(ID3D11DeviceContext *this, ID3D11Resource *r, UINT sub) { give_back(r); }

static const ID3D11DeviceVtbl device_methods = {
    .QueryInterface = (void *)none, .AddRef = (void *)add_ref, .Release = (void *)give_back, .CreateTexture2D = device_texture };
static const ID3D11DeviceContextVtbl context_methods = {
    .QueryInterface = (void *)none, .AddRef = (void *)add_ref, .Release = (void *)give_back,
    .CopySubresourceRegion = context_copy, .Map = context_map, .Unmap = context_unmap };
static struct object device = { &device_methods }, context = { &context_methods };

/* The duplication of the one output. */

struct duplication {
    const IDXGIOutputDuplicationVtbl *methods;
    struct texture picture; /* as the monitor has it, before it is turned */
    int width, height;      /* of the desktop */
    DWORD *screen;          /* of the desktop, as seen last */
    HDC dc;
    HBITMAP bitmap;
    DWORD *bits;
    RECT dirty; /* of the picture */
    int presented, held, pictures;
    POINT at;
    HCURSOR cursor, shape; /* shape: not yet told */
};

static DWORD *pixel(struct duplication *d, int x, int y)
{
    switch (turned()) {
    case 1: return &d->picture.words[(d->width - 1 - x) * d->picture.stride + y];
    case 2: return &d->picture.words[(d->height - 1 - y) * d->picture.stride + d->width - 1 - x];
    case 3: return &d->picture.words[x * d->picture.stride + d->height - 1 - y];
    }
    return &d->picture.words[y * d->picture.stride + x];
}

static void grow(struct duplication *d, DWORD *p)
{
    LONG i = p - d->picture.words, x = i % d->picture.stride, y = i / d->picture.stride;
    if (d->dirty.right == 0)
        SetRect(&d->dirty, x, y, x + 1, y + 1);
    d->dirty.left = min(d->dirty.left, x), d->dirty.right = max(d->dirty.right, x + 1);
    d->dirty.top = min(d->dirty.top, y), d->dirty.bottom = max(d->dirty.bottom, y + 1);
}

/* look takes a picture and draws what is new. */
static void look(struct duplication *d)
{
    HDC screen = GetDC(NULL);
    int x, y;
    BitBlt(d->dc, 0, 0, d->width, d->height, screen, 0, 0, SRCCOPY);
    GdiFlush();
    ReleaseDC(NULL, screen);
    memset(&d->dirty, 0, sizeof d->dirty);
    for (y = 0; y < d->height; y++) {
        DWORD *old = d->screen + y * d->width, *now = d->bits + y * d->width;
        if (!memcmp(old, now, 4 * d->width))
            continue;
        for (x = 0; x < d->width; x++)
            if (old[x] != now[x])
                *pixel(d, x, y) = old[x] = now[x], grow(d, pixel(d, x, y));
    }
    d->presented = d->dirty.right > 0;
}

static HRESULT WINAPI acquire(IDXGIOutputDuplication *this, UINT timeout, DXGI_OUTDUPL_FRAME_INFO *f, IDXGIResource **out)
{
    struct duplication *d = (struct duplication *)this;
    DWORD begin = GetTickCount();
    CURSORINFO c = { sizeof c };
    if (d->held)
        return DXGI_ERROR_INVALID_CALL;
    for (;; Sleep(4)) {
        if (lose == 2 || InterlockedCompareExchange(&lose, 0, 1))
            return DXGI_ERROR_ACCESS_LOST;
        memset(f, 0, sizeof *f);
        GetCursorInfo(&c);
        f->PointerPosition.Position = c.ptScreenPos, f->PointerPosition.Visible = (c.flags & CURSOR_SHOWING) != 0;
        if (c.ptScreenPos.x != d->at.x || c.ptScreenPos.y != d->at.y || c.hCursor != d->cursor)
            f->LastMouseUpdateTime.QuadPart = 1;
        if (c.hCursor != d->cursor)
            d->shape = c.hCursor, f->PointerShapeBufferSize = 512 * 512 * 4;
        d->at = c.ptScreenPos, d->cursor = c.hCursor;
        if (d->pictures++ > 0) /* as it happens, the first has a pointer and no picture */
            look(d);
        if (d->pictures == 1 || d->presented || f->LastMouseUpdateTime.QuadPart)
            break;
        if (GetTickCount() - begin > timeout)
            return DXGI_ERROR_WAIT_TIMEOUT;
    }
    if (d->presented)
        f->LastPresentTime.QuadPart = 1, f->AccumulatedFrames = 1, f->TotalMetadataBufferSize = sizeof(DXGI_OUTDUPL_MOVE_RECT) + sizeof(RECT);
    d->held = 1;
    add_ref(d);
    *out = (IDXGIResource *)&d->picture;
    return S_OK;
}

/* Of what changed, the upper half is said to have moved. */
static HRESULT WINAPI moves(IDXGIOutputDuplication *this, UINT size, DXGI_OUTDUPL_MOVE_RECT *m, UINT *need)
{
    struct duplication *d = (struct duplication *)this;
    if (!d->held || size < (*need = sizeof *m))
        return d->held ? DXGI_ERROR_MORE_DATA : DXGI_ERROR_INVALID_CALL;
    m->DestinationRect = d->dirty;
    m->DestinationRect.bottom = (d->dirty.top + d->dirty.bottom) / 2;
    m->SourcePoint.x = d->dirty.left, m->SourcePoint.y = d->dirty.top + 3;
    return S_OK;
}

static HRESULT WINAPI dirty(IDXGIOutputDuplication *this, UINT size, RECT *r, UINT *need)
{
    struct duplication *d = (struct duplication *)this;
    if (!d->held || size < (*need = sizeof *r))
        return d->held ? DXGI_ERROR_MORE_DATA : DXGI_ERROR_INVALID_CALL;
    *r = d->dirty;
    r->top = (d->dirty.top + d->dirty.bottom) / 2;
    return S_OK;
}

static HRESULT WINAPI shape(IDXGIOutputDuplication *this, UINT size, void *data, UINT *need, DXGI_OUTDUPL_POINTER_SHAPE_INFO *s)
{
    struct duplication *d = (struct duplication *)this;
    BITMAPINFO head = { { sizeof head.bmiHeader } };
    ICONINFO i;
    BITMAP b;
    int ok;
    if (!d->held || !GetIconInfo(d->shape, &i) || !i.hbmColor || !GetObjectW(i.hbmColor, sizeof b, &b))
        return E_FAIL;
    s->Type = DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR;
    s->Width = b.bmWidth, s->Height = b.bmHeight, s->Pitch = 4 * b.bmWidth;
    s->HotSpot.x = i.xHotspot, s->HotSpot.y = i.yHotspot;
    *need = s->Pitch * s->Height;
    head.bmiHeader.biWidth = b.bmWidth, head.bmiHeader.biHeight = -b.bmHeight;
    head.bmiHeader.biPlanes = 1, head.bmiHeader.biBitCount = 32;
    ok = *need <= size && GetDIBits(d->dc, i.hbmColor, 0, b.bmHeight, data, &head, DIB_RGB_COLORS) == b.bmHeight;
    DeleteObject(i.hbmColor);
    DeleteObject(i.hbmMask);
    return ok ? S_OK : DXGI_ERROR_MORE_DATA;
}

static HRESULT WINAPI release_frame(IDXGIOutputDuplication *this)
{
    struct duplication *d = (struct duplication *)this;
    if (!d->held)
        return DXGI_ERROR_INVALID_CALL;
    d->held = 0;
    return S_OK;
}

static const IDXGIOutputDuplicationVtbl duplication_methods = {
    .QueryInterface = (void *)none, .AddRef = (void *)add_ref, .Release = (void *)give_back, .AcquireNextFrame = acquire,
    .GetFrameMoveRects = moves, .GetFrameDirtyRects = dirty, .GetFramePointerShape = shape, .ReleaseFrame = release_frame };

/* From the factory to the output, of which there is one. */

static HRESULT WINAPI output_desc(IDXGIOutput1 *this, DXGI_OUTPUT_DESC *d)
{
    memset(d, 0, sizeof *d);
    SetRect(&d->DesktopCoordinates, 0, 0, GetSystemMetrics(SM_CXSCREEN), GetSystemMetrics(SM_CYSCREEN));
    d->AttachedToDesktop = TRUE;
    d->Rotation = turned() + DXGI_MODE_ROTATION_IDENTITY;
    return S_OK;
}

static HRESULT WINAPI output_query(IDXGIOutput1 *this, REFIID id, void **out)
{
    if (!IsEqualGUID(id, &IID_IDXGIOutput1))
        return none(this, id, out);
    add_ref(this);
    *out = this;
    return S_OK;
}

static HRESULT WINAPI output_duplicate(IDXGIOutput1 *this, IUnknown *dev, IDXGIOutputDuplication **out)
{
    BITMAPINFO head = { { sizeof head.bmiHeader } };
    struct duplication *d;
    if (lose == 2)
        return E_ACCESSDENIED;
    if (!dev)
        return E_INVALIDARG;
    d = calloc(1, sizeof *d);
    d->methods = &duplication_methods;
    d->width = GetSystemMetrics(SM_CXSCREEN), d->height = GetSystemMetrics(SM_CYSCREEN);
    if (turned() % 2)
        texture_make(&d->picture, d->height, d->width);
    else
        texture_make(&d->picture, d->width, d->height);
    d->screen = calloc(d->width * d->height, 4);
    d->dc = CreateCompatibleDC(NULL);
    head.bmiHeader.biWidth = d->width, head.bmiHeader.biHeight = -d->height;
    head.bmiHeader.biPlanes = 1, head.bmiHeader.biBitCount = 32;
    d->bitmap = CreateDIBSection(d->dc, &head, DIB_RGB_COLORS, (void **)&d->bits, NULL, 0);
    SelectObject(d->dc, d->bitmap);
    add_ref(d);
    *out = (IDXGIOutputDuplication *)d;
    return S_OK;
}

static const IDXGIOutput1Vtbl output_methods = {
    .QueryInterface = output_query, .AddRef = (void *)add_ref, .Release = (void *)give_back,
    .GetDesc = output_desc, .DuplicateOutput = output_duplicate };
static struct object output = { &output_methods };

static HRESULT WINAPI adapter_outputs(IDXGIAdapter1 *this, UINT i, IDXGIOutput **out)
{
    if (i)
        return DXGI_ERROR_NOT_FOUND;
    add_ref(&output);
    *out = (IDXGIOutput *)&output;
    return S_OK;
}

static const IDXGIAdapter1Vtbl adapter_methods = {
    .QueryInterface = (void *)none, .AddRef = (void *)add_ref, .Release = (void *)give_back, .EnumOutputs = adapter_outputs };
static struct object adapter = { &adapter_methods };

static HRESULT WINAPI factory_adapters(IDXGIFactory1 *this, UINT i, IDXGIAdapter1 **out)
{
    if (i)
        return DXGI_ERROR_NOT_FOUND;
    add_ref(&adapter);
    *out = (IDXGIAdapter1 *)&adapter;
    return S_OK;
}

static WINBOOL WINAPI factory_current(IDXGIFactory1 *this) { return TRUE; }

static const IDXGIFactory1Vtbl factory_methods = {
    .QueryInterface = (void *)none, .AddRef = (void *)add_ref, .Release = (void *)give_back,
    .EnumAdapters1 = factory_adapters, .IsCurrent = factory_current };
static struct object factory = { &factory_methods };

EXPORT HRESULT WINAPI CreateDXGIFactory1(REFIID id, void **out)
{
    if (!IsEqualGUID(id, &IID_IDXGIFactory1))
        return E_NOINTERFACE;
    add_ref(&factory);
    *out = &factory;
    return S_OK;
}

EXPORT HRESULT WINAPI D3D11CreateDevice(IDXGIAdapter *a, D3D_DRIVER_TYPE type, HMODULE m, UINT flags, const D3D_FEATURE_LEVEL *levels, UINT n,
    UINT version, ID3D11Device **dev, D3D_FEATURE_LEVEL *level, ID3D11DeviceContext **ctx)
{
    if (!a || type != D3D_DRIVER_TYPE_UNKNOWN || m || flags || levels || n || version != D3D11_SDK_VERSION || level)
        return E_INVALIDARG;
    InterlockedExchangeAdd(&live, 2);
    *dev = (ID3D11Device *)&device, *ctx = (ID3D11DeviceContext *)&context;
    return S_OK;
}

/* For tests: lose what is duplicated, once (1) or for good (2); how many references live. */
EXPORT void WINAPI JumpLose(LONG how) { InterlockedExchange(&lose, how); }
EXPORT LONG WINAPI JumpLive(void) { return live; }
