using System.Text.Json;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Throttling;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// One AWS JSON 1.1 call from request to answer. Owns every phase that operations have in common, in the order in which the real
/// service shows its errors: target, size, signature, JSON, constraints, permission, rate, operation.
/// </summary>
internal sealed class AwsJsonDispatcher(
    CallRunner runner, CallIntake intake, SignatureGate signatures, RateLimits limits, Readiness readiness, IServiceProvider services)
    : IAnswerForm
{
    private const string Service = "cognito-identity";

    string IAnswerForm.ContentType => WireHeaders.ContentType;

    public Task HandleAsync(HttpContext http) => runner.RunAsync(http, this);

    ApiError IAnswerForm.Translate(ApiError error) => error;

    byte[] IAnswerForm.BodyOf(ApiError error, CallContext call) =>
        JsonSerializer.SerializeToUtf8Bytes(ErrorShape.Of(error), AwsJson.Wire.ErrorShape);

    async ValueTask<Outcome<byte[]>> IAnswerForm.RunAsync(HttpContext http, CallContext call)
    {
        if (ApiSurface.Resolve(http.Request.Headers["X-Amz-Target"]) is not { } operation)
        {
            return ApiError.UnknownOperation();
        }

        call.Operation = operation.Name;
        if (!readiness.HasStarted)
        {
            return ApiError.Starting(); // Else an operation could write, and then find no key to sign its answer with.
        }

        if (operation.Access == Access.Public && limits.RefusalAtOnce(call) is { } again)
        {
            return again;
        }

        var (read, unreadable) = await intake.ReadAsync(http, call);
        if (unreadable is not null)
        {
            return unreadable;
        }

        using var body = read!.Value;
        if (operation.Access == Access.Signed)
        {
            var signed = await signatures.VerifyAsync(http.Request, body.Bytes, Service, CallRunner.ToTheEnd);
            if (signed.Error is { } refused)
            {
                return await limits.OfTurnedAwayAsync(call, CallRunner.ToTheEnd) ?? refused;
            }

            call.Caller = signed.Value;
        }

        return await operation.InvokeAsync(body.Bytes, call, services, CallRunner.ToTheEnd);
    }
}
