import Basics
import FoundationEssentials
import Record

extension ModelAccount {
    /// The account of a session: prices from the assets, the time of the wall from the machine; `off` says why nothing
    /// is to be asked.
    convenience init(
        _ settings: Settings, _ assets: Assets, _ hub: EventHub, model: String, off: Hold.Reason?
    ) throws(AssetError) {
        var account = settings.account
        account.pricedModel = model
        account.prices = try assets.json(PriceTable.self, "prices.json")
        account.isFree = settings.endpoint == .embedded
        account.off = settings.endpoint == .none ? .switchedOff : off
        if case .remote(let url) = settings.endpoint { account.reset = settings.api(of: url).dailyReset }
        self.init(
            hub: hub, settings: account, unixTime: Int64(Date().timeIntervalSince1970), seed: settings.seed)
    }
}
