using System.Collections.Frozen;
using System.Text;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Server.Throttling;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// One AWS Query call (a form, or a query string where AWS allows GET) from request to answer, through the same phases as
/// <see cref="AwsJsonDispatcher"/>.
/// </summary>
internal sealed class AwsQueryDispatcher(
    CallRunner runner, CallIntake intake, SignatureGate signatures, RateLimits limits, Readiness readiness, IServiceProvider services)
    : IAnswerForm
{
    public const string FormType = "application/x-www-form-urlencoded";

    private static readonly FrozenDictionary<(string Version, string Name), QueryAction> _actions =
        StsSurface.Actions.Concat(IamSurface.Actions).ToFrozenDictionary(action => (action.Service.Version, action.Name));

    string IAnswerForm.ContentType => "text/xml";

    /// <summary>Whether a request is an AWS Query call rather than one with a target.</summary>
    public static bool Speaks(HttpRequest request) =>
        !request.Headers.ContainsKey("X-Amz-Target")
        && request.ContentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) == true;

    public Task HandleAsync(HttpContext http) => runner.RunAsync(http, this);

    ApiError IAnswerForm.Translate(ApiError error) => QueryErrors.Of(error);

    byte[] IAnswerForm.BodyOf(ApiError error, CallContext call) => XmlAnswer.Error(
        (call.Service ?? QueryApi.Sts).XmlNamespace, error.Type, error.Message,
        senderIsAtFault: error.Status < StatusCodes.Status500InternalServerError, call.RequestId);

    async ValueTask<Outcome<byte[]>> IAnswerForm.RunAsync(HttpContext http, CallContext call)
    {
        var (read, unreadable) = await intake.ReadAsync(http, call);
        if (unreadable is not null)
        {
            return unreadable;
        }

        using var body = read!.Value;
        var parameters = HttpMethods.IsGet(http.Request.Method) ? QueryOf(http) : body.Bytes;
        if (QueryForm.TryParse(parameters.Span) is not { } form)
        {
            return QueryErrors.MalformedQuery;
        }

        var (name, version) = (form["Action"], form["Version"]);
        call.Service = QueryApi.Of(version);
        if (string.IsNullOrEmpty(name))
        {
            return QueryErrors.MissingAction;
        }

        if (!_actions.TryGetValue((version ?? "", name), out var action))
        {
            return QueryErrors.InvalidAction(name, version);
        }

        call.Operation = action.Name;
        if (!readiness.HasStarted)
        {
            return ApiError.Starting();
        }

        if (action.Access == Access.Public)
        {
            if (limits.RefusalAtOnce(call) is { } again)
            {
                return again;
            }
        }
        else
        {
            var signed = await signatures.VerifyAsync(http.Request, body.Bytes, action.Service.Name, CallRunner.ToTheEnd);
            if (signed.Error is { } refused)
            {
                return await limits.OfTurnedAwayAsync(call, CallRunner.ToTheEnd) ?? QueryErrors.OfSignature(refused);
            }

            call.Caller = signed.Value;
        }

        return await action.InvokeAsync(form, call, services, CallRunner.ToTheEnd);
    }

    private static ReadOnlyMemory<byte> QueryOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? default : Encoding.ASCII.GetBytes(target[(question + 1)..]);
    }
}
