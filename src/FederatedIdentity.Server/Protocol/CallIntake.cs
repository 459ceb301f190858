using FederatedIdentity.Server.Overload;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Takes calls in: the whole body first, then a place to work, so that a body that trickles in keeps nobody else from working. No
/// protocol gets a body without the place.
/// </summary>
internal sealed class CallIntake(Admission admission, BodyBudget bodies)
{
    /// <summary>The body, to be disposed of, or the error. The call's place is given back by <see cref="CallRunner"/>.</summary>
    public async ValueTask<(RequestBody? Body, ApiError? Error)> ReadAsync(HttpContext http, CallContext call)
    {
        var (body, unreadable) = await RequestBody.ReadAsync(http, bodies);
        if (body is null)
        {
            call.WasTurnedAway = unreadable == ApiError.TooManyRequests();
            return (null, unreadable);
        }

        var entering = admission.EnterAsync();
        var mayBeGone = !entering.IsCompleted || HttpProtocol.IsHttp2(http.Request.Protocol); // There a stream is reset at no cost.
        call.Place = await entering;
        if (call.Place is null)
        {
            body.Value.Dispose();
            call.WasTurnedAway = true;
            return (null, ApiError.TooManyRequests());
        }

        if (mayBeGone && http.RequestAborted.IsCancellationRequested) // The token is made when it is asked for.
        {
            body.Value.Dispose();
            http.RequestAborted.ThrowIfCancellationRequested(); // Nobody is left to answer.
        }

        return (body, null);
    }
}
